#include "cli/manifest/manifest.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/manifest/document_split.h"
#include "cli/manifest/json_text.h"
#include "cli/manifest/limits.h"
#include "lib/base/encoding.h"

namespace cw::cli::manifest {
namespace {

using kube::Json;
using yaml::Budget;
using yaml::PlaceTree;
using yaml::RepeatedMember;
using yaml::TextProblem;

constexpr std::string_view kListSuffix = "List";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_list(const Json& object) {
  if (!object.is_object() || !text_member(object, "kind").ends_with(kListSuffix)) return false;
  const auto items = object.find("items");
  return items != object.end() && (items->is_array() || items->is_null());
}

// Items of a typed list need not say what they are: CertificateList holds Certificates.
void name_item(Json& item, const std::string& api_version, const std::string& list_kind) {
  if (!item.is_object() || list_kind == kListSuffix || item.contains("kind")) return;
  item["kind"] = list_kind.substr(0, list_kind.size() - kListSuffix.size());
  if (!item.contains("apiVersion")) item["apiVersion"] = api_version;
}

// The members of a path in the list that are below item `index` of it.
std::vector<RepeatedMember> repeated_below(const std::vector<RepeatedMember>& all, std::size_t index) {
  const std::string prefix = "items[" + std::to_string(index) + "].";
  std::vector<RepeatedMember> below;
  for (const RepeatedMember& one : all) {
    if (one.path.starts_with(prefix)) below.push_back({one.at, one.path.substr(prefix.size())});
  }
  return below;
}

PlaceTree::Index member_node(const PlaceTree& places, PlaceTree::Index object, std::string_view name) {
  for (const auto& [key, node] : places.members(object)) {
    if (key == name) return node;
  }
  return object;
}

class Reader {
 public:
  Manifest run(std::string_view text) {
    for (const DocumentText& part : split_documents(text)) {
      if (yaml::has_many_directives(part.text)) {
        problem({{part.first_line, 1}, "too many %TAG directives"});
      } else {
        part_of(part);
      }
      if (too_many_) break;
    }
    return std::move(manifest_);
  }

 private:
  // Text that starts with '{' is JSON first, but what is no JSON may still be YAML in flow style.
  void part_of(const DocumentText& part) {
    const std::size_t start = part.text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || part.text[start] != '{') return read_as_yaml(part);
    Budget aside = budget_;
    JsonStream json = read_json(part.text, part.first_line, aside);
    if (!json.problems.empty()) {
      const std::size_t before = manifest_.problems.size();
      read_as_yaml(part);
      if (manifest_.problems.size() == before) return;
      manifest_.problems.resize(before);
      problem(std::move(json.problems.front()));
      return;
    }
    budget_ = aside;
    for (JsonDocument& document : json.documents) {
      add({std::move(document.json), std::make_shared<PlaceTree>(std::move(document.places)),
           PlaceTree::kRoot, part.source, std::move(document.repeated)});
    }
  }

  void read_as_yaml(const DocumentText& part) {
    yaml::YamlStream stream = yaml::read_yaml(part.text, part.first_line);
    for (const yaml::YamlDocument& document : stream.documents) {
      yaml::YamlValueReader reader(document, budget_);
      auto value = reader.read();
      if (!value) {
        problem(reader.problem());
        return;
      }
      add({*std::move(value), std::make_shared<PlaceTree>(std::move(reader.places())), PlaceTree::kRoot,
           part.source, std::move(reader.repeated())});
    }
    for (TextProblem& one : stream.problems) problem(std::move(one));
  }

  void add(ManifestObject document) {
    if (document.json.is_null()) return;
    ++manifest_.documents;
    open(std::move(document));
  }

  // Depth is bounded by that of the text.
  void open(ManifestObject object) {
    if (too_many_) return;
    if (!is_list(object.json)) {
      if (manifest_.objects.size() < kMaxDocuments) {
        manifest_.objects.push_back(std::move(object));
      } else {
        too_many_ = true;
        problem({object.place_of(""), "too many objects"});
      }
      return;
    }
    const std::string api_version = text_member(object.json, "apiVersion");
    const std::string kind = text_member(object.json, "kind");
    const PlaceTree::Index list = member_node(*object.places, object.root, "items");
    Json& items = object.json["items"];
    for (std::size_t i = 0; i < items.size(); ++i) {
      name_item(items[i], api_version, kind);
      open({std::move(items[i]), object.places, object.places->item(list, i), object.source,
            repeated_below(object.repeated, i)});
    }
  }

  void problem(TextProblem one) { manifest_.problems.push_back(std::move(one)); }

  Manifest manifest_;
  Budget budget_;
  bool too_many_ = false;
};

Manifest unusable(std::string why) {
  Manifest manifest;
  manifest.problems.push_back({{}, std::move(why)});
  return manifest;
}

}  // namespace

Manifest read_manifest(std::string_view text) {
  if (text.size() > kMaxFileBytes) return unusable("longer than " + std::to_string(kMaxFileBytes) + " bytes");
  if (!is_valid_utf8(text)) return unusable("not UTF-8");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Reader().run(text);
}

}  // namespace cw::cli::manifest
