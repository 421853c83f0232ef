// Recorded answers of a real kube-apiserver (tools/record_answers.py), and what the engine would answer.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "schemas/object_schema.h"

namespace cw::schemas::testing {

struct Verdict {
  int code = 201;                   // 400: not decodable, or strict; 422: not valid
  std::string message;              // of a 400
  std::vector<std::string> causes;  // "field|reason|text", sorted
  Json object;                      // of a 201, without metadata and status
  bool operator==(const Verdict&) const = default;
};

// What creating the text with fieldValidation=Strict comes to, as far as the schema decides.
Verdict judge(const std::string& text, const ObjectSchema&);
Verdict recorded(const Json& answer);

// The cases of a file of JSON lines.
std::vector<Json> read_lines(const std::string& path);
// The schema of a case: one of our kinds, or that of tests/data/schemas/widget.json.
const ObjectSchema& schema_of(const Json& test_case);

// "" if both agree, else what differs.
std::string difference(const Json& test_case);

}  // namespace cw::schemas::testing
