#include "cli/config_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "cli/config_value.h"
#include "lib/base/file.h"
#include "lib/kube/field_error.h"

namespace cw::cli {
namespace {

using kube::FieldErrors;
using kube::FieldPath;

constexpr std::size_t kMaxFileBytes = 1UL << 20U;
constexpr int kMaxDepth = 8;

// Reads one document into items; collects everything that is wrong with it.
class ConfigReader {
 public:
  ConfigReader(const ConfigSchema& schema, std::filesystem::path folder)
      : schema_(schema), folder_(std::move(folder)) {}

  void read(const YAML::Node& root) {
    if (!root.IsMap()) {
      errors_.push_back(kube::plain_error("is empty or not a mapping"));
      return;
    }
    check_type(root);
    collect(root, "", 0);
  }
  const FieldErrors& errors() const { return errors_; }
  // In the order of the schema: of a member and its deprecated twin, which comes later, the first one counts.
  std::vector<ConfigItem> take_items() {
    std::vector<ConfigItem> items;
    for (auto& [member, item] : items_) items.push_back(std::move(item));
    return items;
  }

 private:
  void refuse(const std::string& path, std::string why) {
    errors_.push_back(kube::forbidden(FieldPath(path), std::move(why)));
  }

  void check_type(const YAML::Node& root) {
    const std::array<std::pair<const char*, const std::string*>, 2> wanted{
        {{"apiVersion", &schema_.api_version}, {"kind", &schema_.kind}}};
    for (const auto& [member, value] : wanted) {
      const YAML::Node found = root[member];
      if (found && found.IsScalar() && found.Scalar() == *value) continue;
      const std::string shown = found && found.IsScalar() ? found.Scalar() : "";
      errors_.push_back(kube::not_supported(FieldPath(member), kube::quoted(shown), {*value}));
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

  void collect(const YAML::Node& node, const std::string& at, int depth) {
    if (depth > kMaxDepth) return refuse(at, "nested too deeply");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const std::string path = at.empty() ? name : at + "." + name;
      if (!seen.insert(name).second) refuse(path, "is given twice");
      if (path == "apiVersion" || path == "kind") continue;
      if (const ConfigMember* member = find(path)) {
        take(*member, entry.second);
      } else if (is_parent(path) && (entry.second.IsMap() || entry.second.IsNull())) {
        collect(entry.second, path, depth + 1);
      } else {
        refuse(path, is_parent(path) ? "must be a mapping" : "there is no such member");
      }
    }
  }

  void take(const ConfigMember& member, const YAML::Node& value) {
    if (value.IsNull()) return;  // as if it were not there
    ConfigValue read = read_config_value(member.type, value, FieldPath(member.path));
    errors_.insert(errors_.end(), read.errors.begin(), read.errors.end());
    if (!read.errors.empty() || read.inputs.empty()) return;
    if (member.type == MemberType::File) {
      std::string& path = read.inputs.front();
      path = path.empty() ? path : (folder_ / path).lexically_normal().string();
    }
    items_[&member] = {member.flag, std::move(read.inputs)};
  }

  const ConfigSchema& schema_;
  std::filesystem::path folder_;
  FieldErrors errors_;
  std::map<const ConfigMember*, ConfigItem> items_;
};

// All that is wrong, as one error.
Result<std::vector<ConfigItem>> read_text(const std::string& text, const ConfigSchema& schema,
                                          const std::filesystem::path& folder) {
  ConfigReader reader(schema, folder);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) return Error{Code::Invalid, "holds more than one document"};
    reader.read(documents.empty() ? YAML::Node() : documents.front());
  } catch (const YAML::Exception& error) {
    return Error{Code::Invalid, error.what()};
  }
  if (!reader.errors().empty()) return Error{Code::Invalid, kube::message(reader.errors())};
  return reader.take_items();
}

void apply(CLI::App& command, const ConfigItem& item) {
  CLI::Option& option = *command.get_option("--" + item.flag);
  if (option.count() > 0) return;  // given on the command line
  if (option.get_expected_min() == 0) {
    option.add_result(option.get_flag_value(item.flag, item.inputs.front()));
  } else {
    option.add_result(item.inputs);
  }
  option.run_callback();
}

}  // namespace

Result<std::vector<ConfigItem>> read_config_file(const std::string& path, const ConfigSchema& schema) {
  const std::string text = TRY(read_file(path, kMaxFileBytes));
  auto items = read_text(text, schema, std::filesystem::path(path).parent_path());
  if (!items) return Error{items.error().code, "config file " + path + ": " + items.error().message};
  return items;
}

void accept_config_file(CLI::App& command, std::shared_ptr<const ConfigSchema> schema) {
  const auto path = std::make_shared<std::string>();
  command.add_option("--config", *path, "Path of a " + schema->kind + " file; flags win over it");
  // CLI11 reads configuration files of the top command only, so this is done here: after the flags.
  command.parse_complete_callback([&command, schema = std::move(schema), path] {
    if (path->empty()) return;
    const auto items = read_config_file(*path, *schema);
    if (!items) throw CLI::ConfigError(items.error().message, CLI::ExitCodes::ConfigError);
    for (const ConfigItem& item : *items) apply(command, item);
  });
}

}  // namespace cw::cli
