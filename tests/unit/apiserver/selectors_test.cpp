#include <catch2/catch.hpp>

#include "apiserver/field_selector.h"
#include "apiserver/resource_table.h"
#include "lib/kube/label_selector.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

kube::Map labels_of(const Json& json) {
  kube::Map labels;
  for (const auto& [key, value] : json.items()) labels.set(key, value.get<std::string>());
  return labels;
}

StoredObject certificate_of(const std::string& name, const std::string& issuer) {
  const Json object{{"apiVersion", "cert-manager.io/v1"},
                    {"kind", "Certificate"},
                    {"metadata", {{"name", name}, {"namespace", "ns"}}},
                    {"spec", {{"issuerRef", {{"name", issuer}}}}}};
  return {{"ns", name}, 5, canonical_text(object)};
}

}  // namespace

TEST_CASE("label selectors choose and refuse as kube-apiserver does") {
  for (const Json& one : test_cases("label_selectors.json")) {
    const auto text = one["selector"].get<std::string>();
    INFO(text);
    const auto selector = kube::LabelSelector::parse(text);
    if (one.contains("error") || one.contains("error_has")) {
      REQUIRE_FALSE(selector.has_value());
      if (one.contains("error")) CHECK(Json(selector.error().message) == one["error"]);
      CHECK(selector.error().message.find(one.value("error_has", "")) != std::string::npos);
      continue;
    }
    if (!selector) FAIL(selector.error().message);
    for (const Json& labels : one["matches"]) CHECK(selector->matches(labels_of(labels)));
    for (const Json& labels : one.value("others", Json::array()))
      CHECK_FALSE(selector->matches(labels_of(labels)));
  }
}

TEST_CASE("a label selector of any length is answered, not suffered") {
  std::string many = "a";
  for (int i = 0; i < 200'000; ++i) many += ",a";
  CHECK_FALSE(kube::LabelSelector::parse(many).has_value());
  CHECK_FALSE(kube::LabelSelector::parse("a in (" + std::string(200'000, ',')).has_value());
}

TEST_CASE("field selectors choose by name, namespace and the fields of the resource") {
  const ResourceTable resources;
  const RowPtr held = resources.find("cert-manager.io", "v1", "certificates");
  const ResourceRow& row = *held;
  const StoredObject web = certificate_of("web", "ca");
  const auto matches = [&](const char* text) {
    const auto selector = FieldSelector::parse(text, row);
    if (!selector) FAIL(selector.error().message);
    return selector->matches(web);
  };
  CHECK(matches(""));
  CHECK(matches("metadata.name=web"));
  CHECK(matches("metadata.name==web,metadata.namespace=ns"));
  CHECK(matches("metadata.name!=other"));
  CHECK_FALSE(matches("metadata.name!=web"));
  CHECK(matches("spec.issuerRef.name=ca"));
  CHECK_FALSE(matches("spec.issuerRef.name=other"));
  CHECK(matches("spec.issuerRef.group="));
  CHECK_FALSE(matches("metadata.name=a\\,b"));
  CHECK(FieldSelector::parse("metadata.namespace=x", row)->only_namespace() == "x");
  CHECK_FALSE(FieldSelector::parse("metadata.namespace!=x", row)->only_namespace().has_value());
}

TEST_CASE("a field selector over something else is refused by name") {
  const ResourceTable resources;
  const RowPtr held = resources.find("cert-manager.io", "v1", "certificates");
  const ResourceRow& row = *held;
  CHECK(FieldSelector::parse("spec.secretName=x", row).error().message ==
        "field label not supported: spec.secretName");
  CHECK_FALSE(FieldSelector::parse("metadata.name", row).has_value());
  CHECK_FALSE(FieldSelector::parse("metadata.name=a=b", row).has_value());
  CHECK_FALSE(FieldSelector::parse("metadata.name=a\\x", row).has_value());
  CHECK_FALSE(FieldSelector::parse("metadata.name=a\\", row).has_value());
}

}  // namespace cw::apiserver
