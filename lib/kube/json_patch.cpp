#include "lib/kube/json_patch.h"

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/kube/json_pointer.h"

namespace cw::kube {
namespace {

struct Measure {
  std::size_t values = 0;
  std::size_t depth = 0;
};

// Without recursion. Stops counting beyond `limit` values.
Measure measure(const Json& root, std::size_t limit) {
  Measure found;
  std::vector<std::pair<const Json*, std::size_t>> open{{&root, 1}};
  while (!open.empty() && found.values <= limit) {
    const auto [value, depth] = open.back();
    open.pop_back();
    ++found.values;
    found.depth = std::max(found.depth, depth);
    if (!value->is_structured()) continue;
    for (const Json& child : *value) open.emplace_back(&child, depth + 1);
  }
  return found;
}

Error failed(std::string why) { return {Code::Invalid, std::move(why)}; }

// One document under a patch.
class Patching {
 public:
  Patching(Json document, const JsonPatchLimits& limits) : document_(std::move(document)), limits_(limits) {}

  Status apply(const Json& operation);
  Json take() { return std::move(document_); }

 private:
  Status add(const PointerTokens& path, Json value);
  Status insert(Json& array, const std::string& token, Json value);
  Status remove(const PointerTokens& path);
  Status replace(const PointerTokens& path, Json value);
  Status copy_or_move(const std::string& name, const Json& operation, const PointerTokens& path);
  Status test(const PointerTokens& path, const Json& wanted) const;
  Status apply_valued(const std::string& name, const Json& operation, const PointerTokens& path);
  // Fails once copies and moves have touched too much, or the value would nest too deeply at `path`.
  Status count_copied(const Json& value, const PointerTokens& path);
  Status count_shifted(std::size_t elements);

  Json document_;
  JsonPatchLimits limits_;
  std::size_t copied_ = 0;
  std::size_t shifted_ = 0;
};

Result<PointerTokens> pointer_of(const Json& operation, const char* member) {
  const auto at = operation.find(member);
  if (at == operation.end() || !at->is_string()) return failed(std::string("has no ") + member);
  auto tokens = parse_pointer(at->get_ref<const std::string&>());
  if (!tokens) return failed(std::string("has a malformed ") + member);
  return *std::move(tokens);
}

Status Patching::count_copied(const Json& value, const PointerTokens& path) {
  const Measure size = measure(value, limits_.copied);
  copied_ += size.values;
  if (copied_ > limits_.copied) return failed("copies too much");
  if (size.depth + path.size() > kMaxJsonDepth) return failed("nests too deeply");
  return Done{};
}

Status Patching::count_shifted(std::size_t elements) {
  shifted_ += elements;
  if (shifted_ > limits_.shifted) return failed("shifts too many elements");
  return Done{};
}

Status Patching::insert(Json& array, const std::string& token, Json value) {
  const auto index = token == "-" ? array.size() : parse_index(token);
  if (!index || *index > array.size()) return failed("has an index that is no place in the array");
  TRY(count_shifted(array.size() - *index));
  array.insert(array.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return Done{};
}

Status Patching::add(const PointerTokens& path, Json value) {
  if (path.empty()) {
    document_ = std::move(value);
    return Done{};
  }
  Json* parent = find_at(document_, PointerTokens(path.begin(), path.end() - 1));
  if (parent == nullptr) return failed("names a parent that does not exist");
  if (parent->is_array()) return insert(*parent, path.back(), std::move(value));
  if (!parent->is_object()) return failed("names a parent that has no members");
  (*parent)[path.back()] = std::move(value);
  return Done{};
}

Status Patching::remove(const PointerTokens& path) {
  if (path.empty()) return failed("removes the whole document");
  if (find_at(document_, path) == nullptr) return failed("names a value that does not exist");
  Json* parent = find_at(document_, PointerTokens(path.begin(), path.end() - 1));
  if (parent->is_object()) {
    parent->erase(path.back());
    return Done{};
  }
  const std::size_t index = *parse_index(path.back());  // find_at went through it
  TRY(count_shifted(parent->size() - index));
  parent->erase(index);
  return Done{};
}

Status Patching::replace(const PointerTokens& path, Json value) {
  Json* target = find_at(document_, path);
  if (target == nullptr) return failed("names a value that does not exist");
  *target = std::move(value);
  return Done{};
}

Status Patching::test(const PointerTokens& path, const Json& wanted) const {
  const Json* found = find_at(document_, path);
  // A value that is not there equals null, as kube-apiserver's library has it.
  if (found == nullptr ? !wanted.is_null() : *found != wanted) return failed("tests for another value");
  return Done{};
}

Status Patching::copy_or_move(const std::string& name, const Json& operation, const PointerTokens& path) {
  const PointerTokens from = TRY(pointer_of(operation, "from"));
  const Json* source = find_at(document_, from);
  if (source == nullptr) return failed("copies from a value that does not exist");
  TRY(count_copied(*source, path));
  Json value = *source;
  if (name == "move") {
    const bool into_itself = path.size() > from.size() && std::equal(from.begin(), from.end(), path.begin());
    if (into_itself) return failed("moves a value into itself");
    if (!from.empty()) TRY(remove(from));
  }
  return add(path, std::move(value));
}

Status Patching::apply_valued(const std::string& name, const Json& operation, const PointerTokens& path) {
  const auto value = operation.find("value");
  if (value == operation.end()) return failed("has no value");
  if (name == "add") return add(path, *value);
  if (name == "replace") return replace(path, *value);
  return test(path, *value);
}

Status Patching::apply(const Json& operation) {
  if (!operation.is_object()) return failed("is no object");
  const auto op = operation.find("op");
  if (op == operation.end() || !op->is_string()) return failed("has no op");
  const auto& name = op->get_ref<const std::string&>();
  const PointerTokens path = TRY(pointer_of(operation, "path"));
  if (name == "remove") return remove(path);
  if (name == "copy" || name == "move") return copy_or_move(name, operation, path);
  if (name == "add" || name == "replace" || name == "test") return apply_valued(name, operation, path);
  return failed("has an unknown op");
}

}  // namespace

Result<Json> apply_json_patch(Json document, const Json& patch, const JsonPatchLimits& limits) {
  if (!patch.is_array()) return failed("a JSON patch is a list of operations");
  if (patch.size() > limits.operations) {
    return failed("a JSON patch may have at most " + std::to_string(limits.operations) + " operations, not " +
                  std::to_string(patch.size()));
  }
  Patching patching(std::move(document), limits);
  for (std::size_t i = 0; i < patch.size(); ++i) {
    const Status applied = patching.apply(patch[i]);
    if (!applied) return failed("operation " + std::to_string(i) + " " + applied.error().message);
  }
  Json result = patching.take();
  if (measure(result, std::size_t(-1)).depth > kMaxJsonDepth) return failed("the result nests too deeply");
  return result;
}

Json merged(Json document, const Json& patch) {
  document.merge_patch(patch);
  return document;
}

Json merge_patch_between(const Json& before, const Json& after) {
  if (!before.is_object() || !after.is_object()) return after;
  Json patch = Json::object();
  for (const auto& [key, value] : before.items()) {
    const auto kept = after.find(key);
    if (kept == after.end() || kept->is_null()) patch[key] = nullptr;
  }
  for (const auto& [key, value] : after.items()) {
    const auto old = before.find(key);
    if (value.is_null() || (old != before.end() && *old == value)) continue;
    patch[key] = old != before.end() ? merge_patch_between(*old, value) : value;
  }
  return patch;
}

}  // namespace cw::kube
