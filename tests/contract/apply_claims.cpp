#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {
namespace {

using api::kSecrets;
using kube::Json;

const kube::WriteOptions kOne{.field_manager = "one"};
const kube::WriteOptions kTwo{.field_manager = "two"};

Json secret(const Field& field, const Json& data) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", "made"}, {"namespace", field.name_space}}},
          {"type", "Opaque"},
          {"data", data}};
}

// What the server says that this manager has applied.
Json applied_by(const Json& object, const std::string& manager) {
  for (const auto& entry : object["metadata"].value("managedFields", Json::array())) {
    if (entry["manager"] == manager && entry["operation"] == "Apply") return entry["fieldsV1"];
  }
  return nullptr;
}

void apply_creates(const Field& field) {
  const Json made = must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne));
  CHECK(made["data"] == Json{{"a", "MQ=="}});
  CHECK(text_of(made, "/metadata/uid").size() == 36);
  CHECK(applied_by(made, "one")["f:data"].contains("f:a"));
  CHECK(field.must_get(kSecrets, "made") == made);
}

void apply_takes_back(const Field& field) {
  must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}, {"b", "MQ=="}}), kOne));
  must(field.writer.apply(kSecrets, secret(field, {{"c", "MQ=="}}), kTwo));
  const Json left = must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne));
  CHECK(left["data"] == Json{{"a", "MQ=="}, {"c", "MQ=="}});
}

void apply_takes_over(const Field& field) {
  must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne));
  const Json taken = must(field.writer.apply(kSecrets, secret(field, {{"a", "Mg=="}}), kTwo));
  CHECK(taken["data"] == Json{{"a", "Mg=="}});
  CHECK(applied_by(taken, "two")["f:data"].contains("f:a"));
  CHECK_FALSE(applied_by(taken, "one").value("f:data", Json::object()).contains("f:a"));
}

void apply_again(const Field& field) {
  const Json made = must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne));
  CHECK(version_of(must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne))) ==
        version_of(made));
}

void apply_to_another(const Field& field) {
  const Json made = must(field.writer.apply(kSecrets, secret(field, {{"a", "MQ=="}}), kOne));
  must(field.writer.apply(kSecrets, secret(field, {{"b", "MQ=="}}), kTwo));
  Json wanted = secret(field, {{"a", "Mg=="}});
  wanted["metadata"]["resourceVersion"] = version_of(made);
  const auto stale = field.writer.apply(kSecrets, wanted, kOne);
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == Code::Conflict);
}

void apply_to_none(const Field& field) {
  Json wanted = secret(field, {{"a", "Mg=="}});
  wanted["metadata"]["uid"] = "00000000-0000-4000-8000-000000000000";
  const auto gone = field.writer.apply(kSecrets, wanted, kOne);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == Code::Conflict);
}

}  // namespace

const std::vector<Claim>& apply_claims() {
  static const std::vector<Claim> claims = {
      {"apply creates what is not there and notes who did", apply_creates},
      {"apply takes back what its manager states no longer, and nothing else", apply_takes_back},
      {"apply takes a field from another manager", apply_takes_over},
      {"apply of the same makes no new version", apply_again},
      {"apply with an older version is a Conflict", apply_to_another},
      {"apply with the uid of an object that is gone is a Conflict", apply_to_none}};
  return claims;
}

}  // namespace cw::contract
