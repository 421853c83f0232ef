#include "lib/kube/json_patch.h"

#include <charconv>
#include <optional>
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
  // What holds the last token of the path; nullptr if nothing does.
  Json* parent_of(const PointerTokens& path);
  // nullptr: `into` has no such place. A member that is missing is null.
  const Json* value_in(const Json& into, const std::string& token) const;
  Status add(const PointerTokens& path, Json value);
  Status insert(Json& array, const std::string& token, Json value);
  Status remove(const PointerTokens& path);
  Status replace(const PointerTokens& path, Json value);
  Status copy_or_move(const std::string& name, const Json& operation, const PointerTokens& path);
  Status test(const PointerTokens& path, const Json& wanted);
  Status apply_valued(const std::string& name, const Json& operation, const PointerTokens& path);
  // Fails once copies and moves have touched too much, or the value would nest too deeply at `path`.
  Status count_copied(const Json& value, const PointerTokens& path);
  Status count_shifted(std::size_t elements);

  Json document_;
  Json none_ = nullptr;
  JsonPatchLimits limits_;
  std::size_t copied_ = 0;
  std::size_t shifted_ = 0;
};

// A tilde that escapes nothing is one.
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char next = token[i] == '~' && i + 1 < token.size() ? token[i + 1] : '\0';
    const bool escapes = next == '0' || next == '1';
    out += !escapes ? token[i] : next == '0' ? '~' : '/';
    if (escapes) ++i;
  }
  return out;
}

// What stands before the first slash says nothing.
Result<PointerTokens> pointer_of(const Json& operation, const char* member) {
  const auto at = operation.find(member);
  if (at == operation.end() || !at->is_string()) return failed(std::string("has no ") + member);
  std::string_view text = at->get_ref<const std::string&>();
  PointerTokens tokens;
  if (text.empty()) return tokens;
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return failed(std::string("has a malformed ") + member);
  while (slash != std::string_view::npos) {
    if (tokens.size() == kMaxJsonDepth) return failed(std::string("has too long a ") + member);
    text.remove_prefix(slash + 1);
    slash = text.find('/');
    tokens.push_back(unescaped(text.substr(0, slash)));
  }
  return tokens;
}

// Below zero it counts from the end. nullopt: none of `places` places.
std::optional<std::size_t> index_of(std::string_view token, std::size_t places) {
  if (token.starts_with('+') && token.size() > 1 && token[1] != '-') token.remove_prefix(1);
  std::int64_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  const auto size = static_cast<std::int64_t>(places);
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  return static_cast<std::size_t>(index);
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

const Json* Patching::value_in(const Json& into, const std::string& token) const {
  if (into.is_object()) {
    const auto at = into.find(token);
    return at != into.end() ? &*at : &none_;
  }
  const auto index = index_of(token, into.size());
  return index ? &into[*index] : nullptr;
}

Json* Patching::parent_of(const PointerTokens& path) {
  if (path.empty()) return nullptr;
  const Json* at = &document_;
  for (std::size_t i = 0; i + 1 < path.size() && at != nullptr; ++i) {
    at = at->is_structured() ? value_in(*at, path[i]) : nullptr;
  }
  if (at == nullptr || !at->is_structured()) return nullptr;
  return const_cast<Json*>(at);  // the document is ours to change
}

Status Patching::insert(Json& array, const std::string& token, Json value) {
  const auto index = token == "-" ? array.size() : index_of(token, array.size() + 1);
  if (!index) return failed("has an index that is no place in the array");
  TRY(count_shifted(array.size() - *index));
  array.insert(array.begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
  return Done{};
}

Status Patching::add(const PointerTokens& path, Json value) {
  Json* parent = parent_of(path);
  if (parent == nullptr) return failed("names a parent that does not exist");
  if (parent->is_array()) return insert(*parent, path.back(), std::move(value));
  (*parent)[path.back()] = std::move(value);
  return Done{};
}

Status Patching::remove(const PointerTokens& path) {
  Json* parent = parent_of(path);
  if (parent == nullptr) return failed("names a parent that does not exist");
  if (parent->is_object()) {
    if (parent->erase(path.back()) == 0) return failed("names a value that does not exist");
    return Done{};
  }
  const auto index = index_of(path.back(), parent->size());
  if (!index) return failed("names a value that does not exist");
  TRY(count_shifted(parent->size() - *index));
  parent->erase(*index);
  return Done{};
}

// A member that is not there is set all the same.
Status Patching::replace(const PointerTokens& path, Json value) {
  if (path.empty()) {
    if (!value.is_structured()) return failed("replaces the whole by what has no members");
    document_ = std::move(value);
    return Done{};
  }
  Json* parent = parent_of(path);
  if (parent == nullptr) return failed("names a parent that does not exist");
  if (parent->is_object()) {
    (*parent)[path.back()] = std::move(value);
    return Done{};
  }
  const auto index = index_of(path.back(), parent->size());
  if (!index) return failed("names a value that does not exist");
  (*parent)[*index] = std::move(value);
  return Done{};
}

// A member that is not there equals null.
Status Patching::test(const PointerTokens& path, const Json& wanted) {
  const Json* parent = parent_of(path);
  const Json* found = path.empty()        ? &document_
                      : parent == nullptr ? nullptr
                                          : value_in(*parent, path.back());
  if (found == nullptr) return failed("names a parent that does not exist");
  if (*found != wanted) return failed("tests for another value");
  return Done{};
}

Status Patching::copy_or_move(const std::string& name, const Json& operation, const PointerTokens& path) {
  const PointerTokens from = TRY(pointer_of(operation, "from"));
  const Json* parent = parent_of(from);
  const Json* source = parent == nullptr ? nullptr : value_in(*parent, from.back());
  if (source == nullptr) return failed("copies from a value that does not exist");
  TRY(count_copied(*source, path));
  Json value = *source;
  if (name == "move") TRY(remove(from));
  return add(path, std::move(value));
}

// Without a value it is null.
Status Patching::apply_valued(const std::string& name, const Json& operation, const PointerTokens& path) {
  const auto at = operation.find("value");
  const Json& value = at != operation.end() ? *at : none_;
  if (name == "add") return add(path, value);
  if (name == "replace") return replace(path, value);
  return test(path, value);
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
