#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {
namespace {

using api::kCertificates;
using api::kConfigMaps;
using kube::Json;
using kube::Part;

void check_refused(const Status& status, Code code) {
  REQUIRE_FALSE(status);
  CHECK(status.error().code == code);
}

void deleted_is_gone(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("one"));
  CHECK(field.writer.remove(kConfigMaps, field.key("one")));
  CHECK_FALSE(field.reader.get(kConfigMaps, field.key("one")));
  check_refused(field.writer.remove(kConfigMaps, field.key("one")), Code::NotFound);
}

void preconditions(const Field& field) {
  const Json made = field.must_create(kConfigMaps, field.config_map("one"));
  check_refused(field.writer.remove(kConfigMaps, field.key("one"), {.uid = "other", .resource_version = {}}),
                Code::Conflict);
  check_refused(field.writer.remove(kConfigMaps, field.key("one"), {.uid = {}, .resource_version = "1"}),
                Code::Conflict);
  CHECK(field.writer.remove(kConfigMaps, field.key("one"),
                            {.uid = text_of(made, "/metadata/uid"), .resource_version = version_of(made)}));
}

void finalizers(const Field& field) {
  Json wanted = field.certificate("web");
  wanted["metadata"]["finalizers"] = {"example.com/hold"};
  field.must_create(kCertificates, wanted);
  CHECK(field.writer.remove(kCertificates, field.key("web")));
  Json doomed = field.must_get(kCertificates, "web");
  CHECK(text_of(doomed, "/metadata/deletionTimestamp").ends_with("Z"));
  CHECK(field.writer.remove(kCertificates, field.key("web")));
  doomed = field.must_get(kCertificates, "web");
  doomed["metadata"].erase("finalizers");
  CHECK(field.writer.update(kCertificates, Part::Object, doomed));
  const auto gone = field.reader.get(kCertificates, field.key("web"));
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == Code::NotFound);
}

void same_name_again(const Field& field) {
  const Json first = field.must_create(kConfigMaps, field.config_map("one"));
  CHECK(field.writer.remove(kConfigMaps, field.key("one")));
  const Json second = field.must_create(kConfigMaps, field.config_map("one"));
  CHECK(text_of(first, "/metadata/uid") != text_of(second, "/metadata/uid"));
}

}  // namespace

const std::vector<Claim>& delete_claims() {
  static const std::vector<Claim> claims = {
      {"what is deleted is gone", deleted_is_gone},
      {"a deletion that expects another uid or version is a Conflict", preconditions},
      {"finalizers hold an object that is to be deleted until they are gone", finalizers},
      {"an object of the same name made anew is another object", same_name_again}};
  return claims;
}

}  // namespace cw::contract
