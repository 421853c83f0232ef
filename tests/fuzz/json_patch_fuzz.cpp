// {"document": …, "patch": …}: what nlohmann's patch makes of a document, ours makes too; merge patches lead
// from one document to the other.
#include <string_view>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/kube/json.h"
#include "lib/kube/json_patch.h"
#include "lib/kube/json_pointer.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using kube::Json;

const Json kNull;

const Json& member(const Json& of, const char* name) {
  const auto found = of.is_object() ? of.find(name) : of.end();
  return found == of.end() ? kNull : *found;
}

bool holds_null(const Json& value) {
  if (value.is_null()) return true;
  if (!value.is_structured()) return false;
  for (const Json& child : value) {
    if (holds_null(child)) return true;
  }
  return false;
}

// A value that is not there equals null for us, as for kube-apiserver.
bool tests_for_null(const Json& patch) {
  for (const Json& operation : patch) {
    if (member(operation, "op") == "test" && member(operation, "value").is_null()) return true;
  }
  return false;
}

void check_operations(const Json& document, const Json& patch) {
  const auto ours = kube::apply_json_patch(document, patch);
  if (!ours) {
    const Error& error = ours.error();
    CW_ASSERT(error.code == Code::Invalid && !error.message.empty() && is_valid_utf8(error.message));
    return;
  }
  CW_ASSERT(kube::parse_json(ours->dump()).has_value());
  if (tests_for_null(patch)) return;
  // Only after ours: nlohmann's asserts on patches that ours refuses. It throws on what kube-apiserver lets
  // pass: a member to replace that is missing, indices from the end.
  Json theirs;
  try {
    theirs = document.patch(patch);
  } catch (const Json::exception&) {
    return;
  }
  CW_ASSERT(theirs == *ours);
}

void check_merge(const Json& before, const Json& after) {
  const Json patch = kube::merge_patch_between(before, after);
  if (before.is_object() && !holds_null(after)) CW_ASSERT(kube::merged(before, patch) == after);
  CW_ASSERT(kube::merged(before, Json::object()) == (before.is_object() ? before : Json::object()));
}

void check_pointers(const Json& patch) {
  for (const Json& operation : patch) {
    const Json& path = member(operation, "path");
    if (!path.is_string()) continue;
    const auto tokens = kube::parse_pointer(path.get_ref<const std::string&>());
    if (tokens) CW_ASSERT(kube::parse_pointer(kube::format_pointer(*tokens)) == tokens);
  }
}

}  // namespace

void json_patch(std::string_view input) {
  const auto parsed = kube::parse_json(input);
  if (!parsed) return;
  const Json& document = member(*parsed, "document");
  const Json& patch = member(*parsed, "patch");
  check_operations(document, patch);
  check_merge(document, patch);
  check_pointers(patch);
}

}  // namespace cw::fuzz
