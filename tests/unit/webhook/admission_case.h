// A case of tests/data/admission: an AdmissionReview made of a base object and merge patches, and what is
// expected.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "webhook/rules/rule_options.h"
#include "webhook/verdict.h"

namespace cw::test {

using Json = nlohmann::json;

// tests/data/admission/<name>.json
Json read_case_file(const std::string& name);
// Names of all rule files, without the ending.
std::vector<std::string> case_file_names();

// The review that the case describes, as JSON text.
std::string review_of(const Json& base, const Json& one_case);
// The decision, with a policy in which "jane" may approve, "failing" cannot be asked about and nobody else
// may; example.com serves the kind Signer, broken.com cannot be discovered.
webhook::Verdict judge(const Json& base, const Json& one_case);

struct HttpResult {
  int http_status = 0;
  Json body;
};
// A case with "http": through the endpoint.
HttpResult post(const Json& one_case);

// "spec.secretName: Required value" of the errors of one rule, sorted.
std::vector<std::string> fields_of(const webhook::Verdict&, const std::string& rule);

}  // namespace cw::test
