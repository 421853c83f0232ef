#include "controller/certificates/owned_fields.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only

kube::Json entry(const char* manager, const char* operation, const char* time, const char* fields) {
  return {{"manager", manager},
          {"operation", operation},
          {"time", time},
          {"fieldsV1", kube::Json::parse(fields)}};
}

kube::Json object(kube::Json entries) { return {{"metadata", {{"managedFields", std::move(entries)}}}}; }

}  // namespace

TEST_CASE("owned fields: what a manager has applied, by kind", "[certificates]") {
  const auto secret = object({entry("us", "Apply", "2026-01-01T00:00:00Z", R"({
      "f:data": {".": {}, "f:tls.crt": {}},
      "f:metadata": {"f:labels": {"f:a/b": {}}, "f:annotations": {"f:c": {}},
                     "f:ownerReferences": {"k:{\"uid\":\"u1\"}": {}}}})"),
                              entry("us", "Update", "", R"({"f:data": {"f:updated": {}}})"),
                              entry("them", "Apply", "", R"({"f:data": {"f:theirs": {}}})")});
  const auto owned = owned_fields(secret, "us");
  CHECK(owned.data == Names{"tls.crt"});
  CHECK(owned.labels == Names{"a/b"});
  CHECK(owned.annotations == Names{"c"});
  CHECK(owned.owners == Names{"u1"});
}

TEST_CASE("owned fields: whatever stands there, nothing is owned by mistake", "[certificates]") {
  for (const char* text : {R"({})", R"({"metadata": 1})", R"({"metadata": {"managedFields": "x"}})",
                           R"({"metadata": {"managedFields": [1, null, {"manager": 3}]}})",
                           R"({"metadata": {"managedFields": [{"manager": "us", "operation": "Apply",
                               "fieldsV1": {"f:data": [1], "f:metadata": {"f:labels": 7,
                               "f:ownerReferences": {"k:nonsense": {}, "k:{}": {}}}}}]}})"}) {
    const auto owned = owned_fields(kube::Json::parse(text), "us");
    INFO(text);
    CHECK(owned.data.empty());
    CHECK(owned.labels.empty());
    CHECK(other_data_writer(kube::Json::parse(text), "us").empty());
  }
}

TEST_CASE("owned fields: the last other writer of data", "[certificates]") {
  const char* data = R"({"f:data": {"f:x": {}}})";
  CHECK(other_data_writer(object({entry("us", "Apply", "2026-01-03T00:00:00Z", data)}), "us").empty());
  CHECK(other_data_writer(object({entry("flux", "Apply", "2026-01-02T00:00:00Z", data),
                                  entry("kubectl-edit", "Update", "2026-01-01T00:00:00Z", data),
                                  entry("labeller", "Update", "2026-01-09T00:00:00Z",
                                        R"({"f:metadata": {"f:labels": {"f:x": {}}}})")}),
                          "us") == "flux");
}
