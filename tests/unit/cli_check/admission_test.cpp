// What the webhook refuses when an object is created, `check` refuses too, by the same rule; or the schema
// refuses the same field before the webhook is asked, as on a cluster.
#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "cli/check/judge.h"
#include "schemas/kinds.h"
#include "tests/unit/webhook/admission_case.h"
#include "webhook/offline_approval.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
using cli::check::Finding;
using test::Json;

namespace {

bool meets(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a);
}

// Cases of a plain creation, of an object as a manifest would have it. The requester is who the manifest
// says, so that identity rules have nothing to refuse.
bool is_creation(const Json& one_case) {
  for (const char* member :
       {"http", "operation", "step", "options", "resource", "kind", "subResource", "replace", "old"}) {
    if (one_case.contains(member)) return false;
  }
  return true;
}

bool says(const std::vector<Finding>& findings, const kube::FieldError& error) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) {
    if (one.rule == error.rule && one.field == error.field) return true;
    return one.rule.starts_with("schema.") && meets(one.field, error.field);
  });
}

}  // namespace

TEST_CASE("what the webhook refuses on creation is refused offline, by the same rule") {
  webhook::NoSigners signers;
  webhook::NoAccess access;
  const webhook::ReviewAnswer reviews({}, {signers, access});
  cli::check::Judge judge(reviews, "default");
  int compared = 0;
  for (const std::string& name : test::case_file_names()) {
    const Json file = test::read_case_file(name);
    const Json base = test::read_case_file("base/" + file["base"].get<std::string>());
    for (const Json& one_case : file["reject"]) {
      if (!is_creation(one_case)) continue;
      const Json object = Json::parse(test::review_of(base, one_case))["request"]["object"];
      const schemas::KindSchema* kind = schemas::find_kind(cli::check::text_member(object, "apiVersion"),
                                                           cli::check::text_member(object, "kind"));
      if (kind == nullptr) continue;
      // The webhook sees what the API server has made of the object: defaults are in it.
      Json defaulted = object;
      if (!schemas::normalize(defaulted, kind->object)) continue;
      Json prepared = one_case;
      prepared["replace"] = defaulted;
      const webhook::Verdict verdict = test::judge(base, prepared);
      const std::vector<Finding> findings = judge.judge(object, *kind, nullptr);
      for (const kube::FieldError& error : verdict.errors) {
        // The identity is filled in, and the status dropped, before the webhook sees a creation.
        if (error.rule.starts_with("identity.") || error.field.starts_with("status")) continue;
        INFO(name << ": " << kube::message(error) << " in " << one_case.dump().substr(0, 300));
        CHECK(says(findings, error));
        ++compared;
      }
    }
  }
  CHECK(compared > 150);
}
