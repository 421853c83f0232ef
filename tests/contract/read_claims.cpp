#include <algorithm>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {
namespace {

using api::kConfigMaps;
using api::kSecrets;
using kube::Json;

std::vector<std::string> names_of(const kube::ObjectList& list) {
  std::vector<std::string> names;
  for (const Json& item : list.items) names.push_back(text_of(item, "/metadata/name"));
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

kube::ListOptions chosen(const std::string& name_space, const std::string& labels) {
  kube::ListOptions options;
  options.name_space = name_space;
  options.label_selector = labels;
  return options;
}

void get_nothing(const Field& field) {
  const char* name = GENERATE("none", "..", ".", "", "a/b", "a%2Fb", "a b?c");
  CAPTURE(name);
  const auto found = field.reader.get(kConfigMaps, field.key(name));
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::NotFound);
}

void list_all(const Field& field) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    field.must_create(kConfigMaps, field.config_map(name, {{"mine", "yes"}}));
  }
  const auto list = must(field.reader.list(kConfigMaps, chosen(field.name_space, "mine=yes")));
  CHECK(names_of(list) == Names{"a", "b", "c", "d", "e"});
  CHECK_FALSE(list.resource_version.empty());
  for (const Json& item : list.items) {
    CHECK(item["kind"] == "ConfigMap");
    CHECK(item["apiVersion"] == "v1");
    CHECK(item["data"]["key"] == "value");
  }
}

void list_other_namespace(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("a", {{"mine", "yes"}}));
  const kube::ListOptions elsewhere = chosen(field.name_space + "-other", "mine=yes");
  CHECK(must(field.reader.list(kConfigMaps, elsewhere)).items.empty());
}

void label_selectors(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("a", {{"mine", "yes"}, {"tier", "1"}}));
  field.must_create(kConfigMaps, field.config_map("b", {{"mine", "yes"}, {"tier", "2"}}));
  field.must_create(kConfigMaps, field.config_map("c", {{"mine", "yes"}}));
  const auto selected = [&](const std::string& selector) {
    return names_of(must(field.reader.list(kConfigMaps, chosen(field.name_space, selector))));
  };
  CHECK(selected("mine=yes,tier=1") == Names{"a"});
  CHECK(selected("mine==yes,tier!=1") == Names{"b", "c"});
  CHECK(selected("mine,tier in (1,2)") == Names{"a", "b"});
  CHECK(selected("mine,tier notin (1)") == Names{"b", "c"});
  CHECK(selected("mine,!tier") == Names{"c"});
}

void field_selectors(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("a", {{"mine", "yes"}}));
  field.must_create(kConfigMaps, field.config_map("b", {{"mine", "yes"}}));
  const auto selected = [&](const std::string& selector) {
    kube::ListOptions options = chosen(field.name_space, "mine=yes");
    options.field_selector = selector;
    return names_of(must(field.reader.list(kConfigMaps, options)));
  };
  CHECK(selected("metadata.name=a") == Names{"a"});
  CHECK(selected("metadata.name!=a") == Names{"b"});
  CHECK(selected("metadata.name=a,metadata.namespace=" + field.name_space) == Names{"a"});
}

void metadata_only(const Field& field) {
  Json secret = {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"type", "Opaque"},
      {"metadata", {{"name", "one"}, {"namespace", field.name_space}, {"labels", {{"mine", "yes"}}}}},
      {"data", {{"key", "c2VjcmV0"}}}};
  field.must_create(kSecrets, secret);
  kube::ListOptions options = chosen(field.name_space, "mine=yes");
  options.metadata_only = true;
  const auto list = must(field.reader.list(kSecrets, options));
  REQUIRE(list.items.size() == 1);
  CHECK(list.items[0]["kind"] == "PartialObjectMetadata");
  CHECK(text_of(list.items[0], "/metadata/name") == "one");
  CHECK(list.items[0]["metadata"]["labels"]["mine"] == "yes");
  CHECK_FALSE(list.items[0].contains("data"));
}

void unknown_path(const Field& field) {
  const auto found = field.reader.get_path("/apis/does.not.exist/v1");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::NotFound);
}

}  // namespace

const std::vector<Claim>& read_claims() {
  static const std::vector<Claim> claims = {
      {"what does not exist, or cannot be a name, is NotFound", get_nothing},
      {"a list has all objects, whole, and a version", list_all},
      {"a list of another namespace has none of them", list_other_namespace},
      {"label selectors select", label_selectors},
      {"field selectors select", field_selectors},
      {"a list of metadata has no data", metadata_only},
      {"a path that nobody serves is NotFound", unknown_path}};
  return claims;
}

}  // namespace cw::contract
