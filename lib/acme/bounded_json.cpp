#include "lib/acme/bounded_json.h"

#include <algorithm>
#include <functional>
#include <set>

#include "lib/acme/problem.h"
#include "lib/acme/text_rules.h"
#include "lib/base/ascii.h"

namespace cw::acme {
namespace {

constexpr std::size_t kShownOfBody = 120;

Failure malformed(const Document& document, const std::string& why) {
  return malformed_answer("acme: " + std::string(document.what) + ": " + why);
}

// "application/json", "application/problem+json"; a server that says nothing is believed.
bool may_be_json(std::string_view content_type) {
  const std::string type = lower_case(trimmed(content_type.substr(0, content_type.find(';')), " \t"));
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

// Watches a text being parsed: how deep it nests, and members that come twice. nlohmann's parser does not
// recurse, so that depth costs no stack; it is limited for those who walk the tree.
class Watcher {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    if (depth > kMaxJsonDepth) too_deep = true;
    if (event == Json::parse_event_t::object_start) members_.emplace_back();
    if (event == Json::parse_event_t::object_end && !members_.empty()) members_.pop_back();
    if (event == Json::parse_event_t::key && !members_.empty() && twice.empty()) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!members_.back().insert(name).second) twice = name;
    }
    return true;
  }

  bool too_deep = false;
  std::string twice;

 private:
  std::vector<std::set<std::string>> members_;
};

}  // namespace

Answer<Json> parse_object(const Document& document) {
  if (document.body.size() > kMaxJsonBytes) {
    return malformed(document, "an answer of " + std::to_string(document.body.size()) +
                                   " bytes is too long; at most " + std::to_string(kMaxJsonBytes) +
                                   " are read");
  }
  if (!may_be_json(document.content_type)) {
    return malformed(document, "the server answered with " + shown(document.content_type, kShownOfBody) +
                                   ", not with JSON: " + shown(document.body, kShownOfBody));
  }
  const Failure broken =
      malformed(document, "the answer is no JSON object: " + shown(document.body, kShownOfBody));
  // For nlohmann a NUL is the end of the text, whatever follows.
  if (document.body.find('\0') != std::string_view::npos) return broken;
  Watcher watcher;
  Json parsed = Json::parse(document.body, std::ref(watcher), false);
  if (parsed.is_discarded() || !parsed.is_object()) return broken;
  if (watcher.too_deep) {
    return malformed(document, "the answer nests deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  if (!watcher.twice.empty()) {
    return malformed(document, "the answer has \"" + shown(watcher.twice, kShownOfBody) + "\" twice");
  }
  return parsed;
}

Failure Members::wrong(const std::string& name, const std::string& why) const {
  return malformed(document_, "\"" + name + "\" " + why);
}

const Json* Members::find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

Answer<std::string> Members::checked_text(const std::string& name, const Json& value,
                                          std::size_t at_most) const {
  if (!value.is_string()) return wrong(name, "is not a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > at_most) return wrong(name, "is longer than " + std::to_string(at_most) + " bytes");
  return text;
}

Answer<std::string> Members::checked_url(const std::string& name, std::string url) const {
  const auto checked = check_server_url(url, document_.https_only);
  if (!checked) return wrong(name, "is no URL to use: " + checked.error().message);
  return url;
}

Answer<std::string> Members::text(const char* name, std::size_t at_most) const {
  const Json* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  return checked_text(name, *value, at_most);
}

Answer<std::string> Members::url(const char* name) const {
  return checked_url(name, TRY(text(name, kMaxUrl)));
}

Answer<std::string> Members::optional_text(const char* name, std::size_t at_most) const {
  return has(name) ? text(name, at_most) : std::string();
}

Answer<std::string> Members::optional_url(const char* name) const {
  std::string text = TRY(optional_text(name, kMaxUrl));
  return text.empty() ? text : checked_url(name, std::move(text));
}

Answer<std::string> Members::choice(const char* name, std::initializer_list<std::string_view> choices) const {
  constexpr std::size_t kMaxChoice = 64;
  std::string chosen = TRY(text(name, kMaxChoice));
  if (std::find(choices.begin(), choices.end(), chosen) != choices.end()) return chosen;
  return wrong(name, "is \"" + shown(chosen, kMaxChoice) + "\", which the protocol does not have");
}

Answer<bool> Members::flag(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_boolean()) return wrong(name, "is neither true nor false");
  return value->get<bool>();
}

Answer<const Json*> Members::object(const char* name) const {
  const Json* value = find(name);
  if (value != nullptr && !value->is_object()) return wrong(name, "is not an object");
  return value;
}

Answer<const Json*> Members::list(const char* name, std::size_t count) const {
  const Json* value = find(name);
  if (value == nullptr) return value;
  if (!value->is_array()) return wrong(name, "is not a list");
  if (value->size() > count) return wrong(name, "has more than " + std::to_string(count) + " items");
  return value;
}

Answer<std::vector<std::string>> Members::texts(const char* name, std::size_t count,
                                                std::size_t at_most) const {
  std::vector<std::string> texts;
  const Json* items = TRY(list(name, count));
  if (items == nullptr) return texts;
  for (const Json& item : *items) {
    texts.push_back(
        TRY(checked_text(std::string(name) + "[" + std::to_string(texts.size()) + "]", item, at_most)));
  }
  return texts;
}

Answer<std::vector<std::string>> Members::urls(const char* name, std::size_t count) const {
  std::vector<std::string> urls = TRY(texts(name, count, kMaxUrl));
  for (std::size_t i = 0; i < urls.size(); ++i) {
    TRY(checked_url(std::string(name) + "[" + std::to_string(i) + "]", urls[i]));
  }
  return urls;
}

}  // namespace cw::acme
