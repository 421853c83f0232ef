#include "controller/acme/http01_match.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/base/stable_hash.h"
#include "lib/kube/json_access.h"

namespace cw::controller::acme {
namespace {

using kube::Json;

constexpr std::size_t kNameHash = 10;  // hex digits

bool holds_members(const Json& stored, const Json& wanted) {
  if (!stored.is_object()) return wanted.empty();
  for (const auto& [name, value] : wanted.items()) {
    const Json* found = kube::find_member(stored, name);
    if (found == nullptr || !holds(*found, value)) return false;
  }
  return true;
}

bool holds_items(const Json& stored, const Json& wanted) {
  return stored.is_array() && stored.size() == wanted.size() &&
         std::equal(stored.begin(), stored.end(), wanted.begin(), holds);
}

constexpr std::string_view kMetadataParts[] = {"labels", "annotations"};

}  // namespace

bool holds(const Json& stored, const Json& wanted) {
  if (wanted.is_object()) return holds_members(stored, wanted);
  if (wanted.is_array()) return holds_items(stored, wanted);
  return stored == wanted;
}

bool is_up_to_date(const Json& stored, const Json& wanted) {
  const Json& metadata = kube::object_member(stored, "metadata");
  const Json& wanted_metadata = kube::object_member(wanted, "metadata");
  const bool described =
      std::all_of(std::begin(kMetadataParts), std::end(kMetadataParts), [&](std::string_view part) {
        return holds(kube::object_member(metadata, part), kube::object_member(wanted_metadata, part));
      });
  return described && holds(kube::object_member(stored, "spec"), kube::object_member(wanted, "spec"));
}

Json brought_up_to_date(Json stored, const Json& wanted) {
  Json& metadata = kube::make_object(stored, "metadata");
  for (const std::string_view part : kMetadataParts) {
    const Json& add = kube::object_member(kube::object_member(wanted, "metadata"), part);
    if (!add.empty()) kube::make_object(metadata, part).update(add);
  }
  kube::make_object(stored, "spec").update(kube::object_member(wanted, "spec"));
  return stored;
}

bool is_being_deleted(const Json& object) {
  return kube::find_path(object, {"metadata", "deletionTimestamp"}) != nullptr;
}

std::string new_name(const Http01Target& target, const std::vector<Json>& existing) {
  std::vector<std::string> uids;
  for (const Json& object : existing) uids.push_back(kube::metadata_text(object, "uid"));
  std::sort(uids.begin(), uids.end());
  std::string facts = target.owner.uid;
  for (const std::string& uid : uids) facts += "/" + uid;
  const std::uint64_t hash = stable_hash(facts);
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((hash >> shift) & 0xFFU);
  return std::string(kSolverNamePrefix) + encode_hex(bytes).substr(0, kNameHash);
}

}  // namespace cw::controller::acme
