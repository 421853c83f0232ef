#include "tests/contract/kube_client_contract.h"

#include <utility>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {

using kube::Json;

template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}
template Json must(Result<Json>);
template kube::ObjectList must(Result<kube::ObjectList>);

std::string text_of(const Json& object, const char* pointer) {
  return object.value(Json::json_pointer(pointer), std::string());
}

std::string version_of(const Json& object) { return text_of(object, "/metadata/resourceVersion"); }

int generation_of(const Json& object) { return object.value(Json::json_pointer("/metadata/generation"), 0); }

Json Field::certificate(const std::string& name) const {
  return {{"apiVersion", "cert-manager.io/v1"},
          {"kind", "Certificate"},
          {"metadata", {{"name", name}, {"namespace", name_space}}},
          {"spec",
           {{"secretName", name + "-tls"},
            {"dnsNames", {"a.example"}},
            {"issuerRef", {{"name", "ca"}, {"kind", "Issuer"}, {"group", "cert-manager.io"}}}}}};
}

Json Field::config_map(const std::string& name, const Json& labels) const {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", labels}}},
          {"data", {{"key", "value"}}}};
}

Json Field::must_create(const kube::Resource& resource, const Json& object) const {
  return must(writer.create(resource, object));
}

Json Field::must_get(const kube::Resource& resource, const std::string& name) const {
  return must(reader.get(resource, key(name)));
}

void check_kube_client(const Ground& ground) {
  const Json made = must(ground.writer.create(
      api::kNamespaces,
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"generateName", "contract-"}}}}));
  const Field field{.reader = ground.reader,
                    .writer = ground.writer,
                    .name_space = text_of(made, "/metadata/name"),
                    .may_lack_streams = ground.may_lack_streams};
  REQUIRE(field.name_space.starts_with("contract-"));
  for (const auto* claims :
       {&write_claims(), &apply_claims(), &delete_claims(), &read_claims(), &watch_claims()}) {
    for (const Claim& claim : *claims) {
      DYNAMIC_SECTION(claim.text) { claim.check(field); }
    }
  }
}

}  // namespace cw::contract
