#include "cli/config_file.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace cw::cli {
namespace {

constexpr std::size_t kMaxFileBytes = 1UL << 20U;
constexpr int kMaxDepth = 8;

[[noreturn]] void refuse(const std::string& why) {
  throw CLI::ConfigError("config file: " + why, CLI::ExitCodes::ConfigError);
}

class YamlConfig final : public CLI::Config {
 public:
  explicit YamlConfig(const ConfigSchema& schema) : schema_(schema) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    if (text.size() > kMaxFileBytes) refuse("larger than 1 MiB");
    std::vector<CLI::ConfigItem> found_items;
    try {
      const YAML::Node root = YAML::Load(text);
      if (!root.IsMap()) refuse("is empty or not a mapping");
      check_type(root);
      collect(root, "", 0, found_items);
    } catch (const YAML::Exception& error) {
      refuse(error.what());
    }
    return found_items;
  }

 private:
  void check_type(const YAML::Node& root) const {
    const auto is = [&](const char* member, std::string_view wanted) {
      return root[member] && root[member].IsScalar() && root[member].Scalar() == wanted;
    };
    if (!is("apiVersion", schema_.api_version) || !is("kind", schema_.kind)) {
      refuse("apiVersion must be " + std::string(schema_.api_version) + " and kind " +
             std::string(schema_.kind));
    }
  }

  const ConfigMember* find(std::string_view path) const {
    const auto found = std::ranges::find(schema_.members, path, &ConfigMember::path);
    return found == schema_.members.end() ? nullptr : &*found;
  }

  bool is_parent(const std::string& path) const {
    return std::ranges::any_of(schema_.members,
                               [&](const ConfigMember& m) { return m.path.starts_with(path + "."); });
  }

  void collect(const YAML::Node& node, const std::string& at, int depth,
               std::vector<CLI::ConfigItem>& found_items) const {
    if (depth > kMaxDepth) refuse("nested too deeply at " + at);
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.Scalar();
      const std::string path = at.empty() ? name : at + "." + name;
      if (!seen.insert(name).second) refuse("member " + path + " is given twice");
      if (path == "apiVersion" || path == "kind") continue;
      if (const ConfigMember* member = find(path)) {
        found_items.push_back(item_of(*member, entry.second));
      } else if (entry.second.IsMap() && is_parent(path)) {
        collect(entry.second, path, depth + 1, found_items);
      } else {
        refuse("unknown member " + path);
      }
    }
  }

  // Lists become repeated values, maps become "name=value" pairs, as the flags take them.
  static CLI::ConfigItem item_of(const ConfigMember& member, const YAML::Node& value) {
    CLI::ConfigItem item;
    item.name = member.flag;
    if (value.IsSequence()) {
      for (const auto& element : value) item.inputs.push_back(element.Scalar());
    } else if (value.IsMap()) {
      for (const auto& entry : value)
        item.inputs.push_back(entry.first.Scalar() + "=" + entry.second.Scalar());
    } else {
      item.inputs.push_back(value.Scalar());
    }
    return item;
  }

  ConfigSchema schema_;
};

}  // namespace

void accept_config_file(CLI::App& command, const ConfigSchema& schema) {
  command.config_formatter(std::make_shared<YamlConfig>(schema));
  command.set_config("--config", "", "Path of a " + std::string(schema.kind) + " file; flags win over it");
}

}  // namespace cw::cli
