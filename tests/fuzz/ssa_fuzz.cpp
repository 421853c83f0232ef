// Server-side apply. An input that begins with "{": {"kind": …, "steps": [{"manager": "a", "force": true,
// "config": …}]}: what is refused changes nothing, and applying the same again changes nothing. Any other:
// three bytes a step, played on a ConfigMap and on a model of it, which says what the object and each
// manager's fields must be.
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"
#include "tests/fuzz/api.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr int kMostInputs = 3000;
constexpr std::size_t kMostSteps = 24;
const std::string kPath = "/api/v1/namespaces/ns/configmaps/it";
constexpr const char* kApply = "application/apply-patch+yaml";

struct Field {
  const char* member;  // below metadata, but for "data"
  const char* name;
  auto operator<=>(const Field& other) const {
    return std::string_view(member) == other.member ? std::string_view(name) <=> other.name
                                                    : std::string_view(member) <=> other.member;
  }
  bool operator==(const Field& other) const { return (*this <=> other) == 0; }
};
constexpr std::array<Field, 6> kFields{
    {{"data", "a"}, {"data", "b"}, {"data", "c"}, {"labels", "l"}, {"labels", "m"}, {"annotations", "n"}}};

using Values = std::map<Field, std::string>;
using Owned = std::set<Field>;

struct Step {
  std::string manager;
  bool update = false;
  bool force = false;
  Values values;
};

Step read_step(std::string_view bytes) {
  const auto at = [&](int i) { return static_cast<unsigned char>(bytes[i]); };
  Step step{std::string(1, static_cast<char>('x' + at(0) % 3)), (at(0) & 4U) != 0, (at(0) & 8U) != 0, {}};
  unsigned wanted = at(1) | unsigned{at(2)} << 8U;
  for (const Field& field : kFields) {
    if ((wanted & 3U) == 1 || (wanted & 3U) == 2) step.values[field] = std::to_string(wanted & 3U);
    wanted >>= 2U;
  }
  return step;
}

// What must be, after each step.
class Model {
 public:
  // Whether the step is taken; a Conflict if not.
  bool take(const Step& step) { return step.update ? update(step) : apply(step); }
  const Values& values() const { return values_; }
  // By "Apply x", "Update x".
  const std::map<std::string, Owned>& owned() const { return owned_; }

 private:
  bool is_of_others(const Field& field, const std::string& me) const {
    for (const auto& [name, fields] : owned_) {
      if (name != me && fields.contains(field)) return true;
    }
    return false;
  }
  void take_from_others(const Field& field, const std::string& me) {
    for (auto& [name, fields] : owned_) {
      if (name != me) fields.erase(field);
    }
  }

  bool apply(const Step& step) {
    const std::string me = "Apply " + step.manager;
    std::set<Field> taken;
    for (const auto& [field, value] : step.values) {
      const auto stored = values_.find(field);
      if (stored != values_.end() && stored->second != value && is_of_others(field, me)) taken.insert(field);
    }
    if (!taken.empty() && !step.force) return false;
    for (const Field& field : taken) take_from_others(field, me);
    for (const Field& field : owned_[me]) {
      if (!step.values.contains(field) && !is_of_others(field, me)) values_.erase(field);
    }
    owned_[me].clear();
    for (const auto& [field, value] : step.values) {
      values_[field] = value;
      owned_[me].insert(field);
    }
    return true;
  }

  // A PUT of exactly these values.
  bool update(const Step& step) {
    const std::string me = "Update " + step.manager;
    for (const Field& field : kFields) {
      const auto next = step.values.find(field);
      const auto stored = values_.find(field);
      const bool is_next = next != step.values.end();
      const bool is_stored = stored != values_.end();
      if (is_next == is_stored && (!is_next || next->second == stored->second)) continue;
      take_from_others(field, me);
      if (is_next) {
        owned_[me].insert(field);
      } else {
        owned_[me].erase(field);
      }
    }
    values_ = step.values;
    return true;
  }

  Values values_;
  std::map<std::string, Owned> owned_;
};

Json object_of(const Values& values) {
  Json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "it"}}}};
  for (const auto& [field, value] : values) {
    Json& parent = field.member == std::string_view("data") ? object : object["metadata"];
    parent[field.member][field.name] = value;
  }
  return object;
}

// One field of each member is of nobody else and stays: so the members themselves are never made or removed,
// which is a change of its own that has owners.
void add_kept(Json& object) {
  for (const Field& field : kFields) {
    Json& parent = field.member == std::string_view("data") ? object : object["metadata"];
    parent[field.member]["kept"] = "1";
  }
}

void check(const Model& model, const Json& object) {
  Values seen;
  std::map<std::string, Owned> owned;
  const Json& metadata = kube::object_member(object, "metadata");
  for (const Field& field : kFields) {
    const bool in_data = field.member == std::string_view("data");
    const Json& members = kube::object_member(in_data ? object : metadata, field.member);
    if (members.contains(field.name)) seen[field] = members[field.name];
    for (const Json& entry : kube::array_member(metadata, "managedFields")) {
      const Json& all = kube::object_member(entry, "fieldsV1");
      const Json& fields = kube::object_member(in_data ? all : kube::object_member(all, "f:metadata"),
                                               std::string("f:") + field.member);
      if (!fields.contains(std::string("f:") + field.name)) continue;
      owned[kube::text_member(entry, "operation") + " " + kube::text_member(entry, "manager")].insert(field);
    }
  }
  CW_ASSERT(seen == model.values());
  std::map<std::string, Owned> wanted;
  for (const auto& [name, fields] : model.owned()) {
    if (!fields.empty()) wanted[name] = fields;
  }
  CW_ASSERT(owned == wanted);
}

ApiAnswer play(const Step& step, const Json& stored) {
  if (!step.update) {
    return ask("PATCH", kPath, object_of(step.values), kApply,
               {{"fieldManager", step.manager}, {"force", step.force ? "true" : "false"}});
  }
  Json object = object_of(step.values);
  add_kept(object);
  // Without this member a PUT leaves the managers as they are.
  object["metadata"]["resourceVersion"] = kube::metadata_text(stored, "resourceVersion");
  return ask("PUT", kPath, object, "application/json", {{"fieldManager", step.manager}});
}

void check_model(std::string_view input) {
  Model model;
  // Fields are owned from the first apply on. What that one owns is not looked at.
  Json first = object_of({});
  add_kept(first);
  Json stored = ask("PATCH", kPath, first, kApply, {{"fieldManager", "first"}}).body;
  for (std::size_t i = 0; i < kMostSteps && input.size() >= 3; ++i, input.remove_prefix(3)) {
    const Step step = read_step(input);
    const bool taken = model.take(step);
    const ApiAnswer answer = play(step, stored);
    CW_ASSERT(answer.ok() == taken && (taken || answer.status == 409));
    const Json now = get(kPath).body;
    CW_ASSERT(now == (taken ? answer.body : stored));
    check(model, now);
    if (taken) CW_ASSERT(play(step, now).body == now);
    stored = now;
  }
}

void check_steps(const Json& input) {
  const Place place = place_of(kube::text_member(input, "kind"));
  const std::string path = place.path + "/it";
  std::size_t count = 0;
  for (const Json& step : kube::array_member(input, "steps")) {
    if (++count > kMostSteps) break;
    Json config = kube::object_member(step, "config");
    kube::make_object(config, "metadata")["name"] = "it";
    if (config["metadata"].contains("ownerReferences"))
      continue;  // garbage collection may take it at any moment
    config["apiVersion"] = place.api_version;
    config["kind"] = place.kind;
    const std::multimap<std::string, std::string> query = {
        {"fieldManager", "m" + kube::text_member(step, "manager")},
        {"force", kube::true_member(step, "force") ? "true" : "false"}};
    const ApiAnswer before = get(path);
    const ApiAnswer answer = ask("PATCH", path, config, kApply, query);
    const ApiAnswer after = get(path);
    CW_ASSERT(after.body == (answer.ok() ? answer.body : before.body));
    if (answer.ok()) CW_ASSERT(ask("PATCH", path, config, kApply, query).body == answer.body);
  }
  remove_at(path);
}

}  // namespace

void ssa(std::string_view input) {
  next_input(kMostInputs);
  if (!input.starts_with("{")) {
    remove_at(kPath);  // in the replay other targets have been at work before
    check_model(input);
    return remove_at(kPath);
  }
  const auto parsed = kube::parse_json(input);
  if (parsed && parsed->is_object()) check_steps(*parsed);
}

}  // namespace cw::fuzz
