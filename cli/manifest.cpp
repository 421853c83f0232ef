#include "cli/manifest.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "cli/yaml_value.h"
#include "lib/base/encoding.h"
#include "schemas/member_scan.h"

namespace cw::cli {
namespace {

using kube::Json;

// "spec.extra[k]" is where "spec.extra.k" is; numbers in brackets are items and stay.
std::string without_keys_in_brackets(std::string_view path) {
  std::string result;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::size_t close = path[i] == '[' ? path.find(']', i) : std::string_view::npos;
    const std::string_view inside =
        close == std::string_view::npos ? std::string_view() : path.substr(i + 1, close - i - 1);
    if (inside.empty() || inside.find_first_not_of("0123456789") == std::string_view::npos) {
      result += path[i];
    } else {
      result.append(".").append(inside);
      i = close;
    }
  }
  return result;
}

Place place_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return {static_cast<int>(line), static_cast<int>(before.size() - (before.rfind('\n') + 1) + 1)};
}

bool is_list(const Json& document) {
  const auto kind = document.find("kind");
  const auto items = document.find("items");
  return kind != document.end() && kind->is_string() &&
         kind->get_ref<const std::string&>().ends_with("List") && items != document.end() &&
         items->is_array();
}

void add_document(Json document, const std::shared_ptr<const Places>& places, Manifest& to) {
  if (document.is_null()) return;
  if (!document.is_object() || !is_list(document)) {
    to.objects.push_back({std::move(document), {}, places});
    return;
  }
  Json& items = document["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    to.objects.push_back({std::move(items[i]), "items[" + std::to_string(i) + "].", places});
  }
}

// Lines are found in one go: scan_places goes forward through the text.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  Place at(std::size_t offset) {
    for (; next_ < offset && next_ < text_.size(); ++next_) {
      if (text_[next_] != '\n') continue;
      ++line_;
      line_start_ = next_ + 1;
    }
    return {line_, static_cast<int>(offset - line_start_ + 1)};
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

Manifest unusable(std::string why) {
  Manifest manifest;
  manifest.problems.push_back({{}, {}, std::move(why)});
  return manifest;
}

Manifest malformed_json(std::string_view text, const std::string& why) {
  Manifest manifest = unusable(why);
  if (const auto offset = schemas::find_syntax_error(text)) {
    manifest.problems.front() = {place_at(text, *offset), {}, "malformed JSON"};
  }
  return manifest;
}

Manifest read_json(std::string_view text) {
  auto parsed = kube::parse_json(text);
  if (!parsed) return malformed_json(text, parsed.error().message);
  Manifest manifest;
  auto places = std::make_shared<Places>();
  LineCounter lines(text);
  places->add("", place_at(text, text.find('{')));
  schemas::scan_places(text, [&](const std::string& path, std::size_t offset) {
    places->add(path, lines.at(offset > 0 ? offset - 1 : 0));
  });
  for (const std::string& path : schemas::find_duplicate_members(text)) {
    manifest.problems.push_back({places->find(path), path, "stands more than once"});
  }
  add_document(*std::move(parsed), places, manifest);
  return manifest;
}

Manifest read_yaml(const std::string& text) {
  Manifest manifest;
  std::size_t nodes = 0;
  try {
    for (const YAML::Node& node : YAML::LoadAll(text)) {
      auto places = std::make_shared<Places>();
      YamlValueReader reader(*places, manifest.problems, nodes);
      std::optional<Json> document = reader.read(node);
      if (document) add_document(*std::move(document), places, manifest);
    }
  } catch (const YAML::Exception& error) {
    const Place at{error.mark.line + 1, error.mark.column + 1};
    manifest.problems.push_back({at, {}, "malformed YAML: " + error.msg});
  }
  return manifest;
}

}  // namespace

Place Places::find(std::string_view path) const {
  std::string wanted = without_keys_in_brackets(path);
  while (true) {
    const auto found = places_.find(wanted);
    if (found != places_.end()) return found->second;
    if (wanted.empty()) return {};
    const std::size_t step = wanted.find_last_of(".[");
    wanted.resize(step == std::string::npos ? 0 : step);
  }
}

Manifest read_manifest(std::string_view text) {
  if (text.size() > kMaxManifestBytes) {
    return unusable("longer than " + std::to_string(kMaxManifestBytes) + " bytes");
  }
  if (!is_valid_utf8(text)) return unusable("not UTF-8");
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && text[start] == '{') return read_json(text);
  return read_yaml(std::string(text));
}

}  // namespace cw::cli
