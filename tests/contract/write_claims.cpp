#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/contract/claims.h"

namespace cw::contract {
namespace {

using api::kCertificates;
using api::kConfigMaps;
using kube::Json;
using kube::Part;

Json with_condition(Json certificate) {
  certificate["status"]["conditions"] =
      Json::array({{{"type", "Ready"}, {"status", "True"}, {"reason", "Ready"}, {"message", "up to date"}}});
  return certificate;
}

void create_stamps(const Field& field) {
  Json wanted = field.certificate("web");
  wanted["status"]["revision"] = 7;
  const Json made = field.must_create(kCertificates, wanted);
  CHECK(made["kind"] == "Certificate");
  CHECK(made["apiVersion"] == "cert-manager.io/v1");
  CHECK(text_of(made, "/metadata/uid").size() == 36);
  CHECK(text_of(made, "/metadata/creationTimestamp").ends_with("Z"));
  CHECK_FALSE(version_of(made).empty());
  CHECK(generation_of(made) == 1);
  CHECK_FALSE(made.contains("status"));
  CHECK(field.must_get(kCertificates, "web") == made);
}

void create_twice(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("one"));
  const auto again = field.writer.create(kConfigMaps, field.config_map("one"));
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Code::AlreadyExists);
}

void create_generated_name(const Field& field) {
  Json wanted = field.config_map("");
  wanted["metadata"].erase("name");
  wanted["metadata"]["generateName"] = "made-";
  const std::string first = text_of(field.must_create(kConfigMaps, wanted), "/metadata/name");
  const std::string second = text_of(field.must_create(kConfigMaps, wanted), "/metadata/name");
  CHECK(first.starts_with("made-"));
  CHECK(first.size() > 5);
  CHECK(first != second);
}

void create_without_name(const Field& field) {
  Json wanted = field.config_map("");
  wanted["metadata"].erase("name");
  const auto made = field.writer.create(kConfigMaps, wanted);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Code::Invalid);
}

void stale_update(const Field& field) {
  const Json first = field.must_create(kConfigMaps, field.config_map("one"));
  Json wanted = first;
  wanted["data"]["key"] = "other";
  const Json second = must(field.writer.update(kConfigMaps, Part::Object, wanted));
  CHECK(version_of(second) != version_of(first));
  const auto stale = field.writer.update(kConfigMaps, Part::Object, wanted);
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == Code::Conflict);
  CHECK(field.must_get(kConfigMaps, "one") == second);
}

void update_of_nothing(const Field& field) {
  Json wanted = field.certificate("none");
  wanted["metadata"]["resourceVersion"] = "1";
  const auto updated = field.writer.update(kCertificates, Part::Object, wanted);
  REQUIRE_FALSE(updated);
  CHECK(updated.error().code == Code::NotFound);
}

void generation_follows_spec(const Field& field) {
  Json object = field.must_create(kCertificates, field.certificate("web"));
  object["metadata"]["annotations"]["a"] = "b";
  object = must(field.writer.update(kCertificates, Part::Object, object));
  CHECK(generation_of(object) == 1);
  object["spec"]["secretName"] = "other";
  object = must(field.writer.update(kCertificates, Part::Object, object));
  CHECK(generation_of(object) == 2);
  object = must(field.writer.update(kCertificates, Part::Status, with_condition(object)));
  CHECK(generation_of(object) == 2);
}

void status_apart(const Field& field) {
  const Json made = field.must_create(kCertificates, field.certificate("web"));
  Json wanted = with_condition(made);
  wanted["spec"]["secretName"] = "other";
  wanted["metadata"]["labels"]["a"] = "b";
  const Json second = must(field.writer.update(kCertificates, Part::Status, wanted));
  CHECK(second["spec"] == made["spec"]);
  CHECK(text_of(second, "/status/conditions/0/type") == "Ready");
  wanted = second;
  wanted.erase("status");
  wanted["spec"]["secretName"] = "third";
  const Json third = must(field.writer.update(kCertificates, Part::Object, wanted));
  CHECK(third["spec"]["secretName"] == "third");
  CHECK(third["status"] == second["status"]);
}

void merge_patch_merges(const Field& field) {
  field.must_create(kConfigMaps, field.config_map("one", {{"a", "b"}}));
  const Json patch = {{"data", {{"key", nullptr}, {"new", "x"}}}, {"metadata", {{"labels", {{"c", "d"}}}}}};
  const Json patched = must(field.writer.merge_patch(kConfigMaps, field.key("one"), Part::Object, patch));
  CHECK(patched["data"] == Json{{"new", "x"}});
  CHECK(patched["metadata"]["labels"] == Json{{"a", "b"}, {"c", "d"}});
}

void merge_patch_of_status(const Field& field) {
  const Json made = field.must_create(kCertificates, field.certificate("web"));
  Json patch = with_condition({{"metadata", {{"resourceVersion", version_of(made)}}}});
  const Json patched = must(field.writer.merge_patch(kCertificates, field.key("web"), Part::Status, patch));
  CHECK(text_of(patched, "/status/conditions/0/reason") == "Ready");
  CHECK(patched["spec"] == made["spec"]);
  patch["status"]["revision"] = 2;
  const auto stale = field.writer.merge_patch(kCertificates, field.key("web"), Part::Status, patch);
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == Code::Conflict);
  const auto none = field.writer.merge_patch(kCertificates, field.key("none"), Part::Status, patch);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::NotFound);
}

void no_change(const Field& field) {
  const Json made = field.must_create(kCertificates, field.certificate("web"));
  CHECK(version_of(must(field.writer.update(kCertificates, Part::Object, made))) == version_of(made));
  const Json patch = {{"spec", {{"secretName", made["spec"]["secretName"]}}}};
  CHECK(version_of(must(field.writer.merge_patch(kCertificates, field.key("web"), Part::Object, patch))) ==
        version_of(made));
}

void dry_run(const Field& field) {
  const kube::WriteOptions dry{.field_manager = "tester", .dry_run = true};
  CHECK(field.writer.create(kConfigMaps, field.config_map("one"), dry));
  CHECK_FALSE(field.reader.get(kConfigMaps, field.key("one")));
  const Json made = field.must_create(kConfigMaps, field.config_map("two"));
  const Json patch = {{"data", {{"key", "other"}}}};
  CHECK(must(field.writer.merge_patch(kConfigMaps, field.key("two"), Part::Object, patch,
                                      dry))["data"]["key"] == "other");
  CHECK(field.must_get(kConfigMaps, "two") == made);
}

void system_fields_stay(const Field& field) {
  const Json made = field.must_create(kCertificates, field.certificate("web"));
  Json wanted = made;
  wanted["metadata"]["creationTimestamp"] = "2001-01-01T00:00:00Z";
  wanted["metadata"]["generation"] = 99;
  wanted["metadata"]["annotations"]["a"] = "b";
  const Json updated = must(field.writer.update(kCertificates, Part::Object, wanted));
  CHECK(updated["metadata"]["creationTimestamp"] == made["metadata"]["creationTimestamp"]);
  CHECK(generation_of(updated) == 1);
  wanted = updated;
  wanted["metadata"]["uid"] = "00000000-0000-4000-8000-000000000000";
  const auto other = field.writer.update(kCertificates, Part::Object, wanted);
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::Conflict);
}

}  // namespace

const std::vector<Claim>& write_claims() {
  static const std::vector<Claim> claims = {
      {"create stamps uid, time, version and generation, and drops the status", create_stamps},
      {"creating a name twice is AlreadyExists", create_twice},
      {"generateName makes a new name each time", create_generated_name},
      {"an object without a name is Invalid", create_without_name},
      {"an update of an older version is a Conflict", stale_update},
      {"an update of what does not exist is NotFound", update_of_nothing},
      {"the generation counts changes of the spec only", generation_follows_spec},
      {"object and status are written apart", status_apart},
      {"a merge patch sets, keeps and removes", merge_patch_merges},
      {"a merge patch of the status changes the status, at that version only", merge_patch_of_status},
      {"a write that changes nothing makes no new version", no_change},
      {"a dry run answers and stores nothing", dry_run},
      {"a client cannot change what the system stamps", system_fields_stay}};
  return claims;
}

}  // namespace cw::contract
