// --config: the field's YAML configuration files (WebhookConfiguration, ControllerConfiguration, …) as a
// source of flag values. A flag given on the command line wins over the file. Strict: an unknown or repeated
// member, a value of another type, another kind or an empty file is an error, and all of them are told at
// once, each with its path. Source: reference/admission.md 3.9.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "lib/base/result.h"

namespace cw::cli {

enum class MemberType : std::uint8_t {
  Text,
  File,      // text; a path, relative to the file's folder
  Whole,     // 10250
  Number,    // 20, 0.5
  Toggle,    // true
  Time,      // "1h30m", or whole nanoseconds
  Quantity,  // "64Mi", 0
  List,      // of texts
  Switches,  // name: true
  Labels,    // name: text
  Levels,    // [{filePattern: text, verbosity: 3}]
};

// One member of the file and the flag (without dashes) that it stands for.
struct ConfigMember {
  std::string path;  // "tlsConfig.filesystem.certFile"
  std::string flag;  // "tls-cert-file"
  MemberType type = MemberType::Text;
};

struct ConfigSchema {
  std::string api_version;
  std::string kind;
  std::vector<ConfigMember> members;
};

// What the file says of one flag.
struct ConfigItem {
  std::string flag;
  std::vector<std::string> inputs;  // at least one
};
// Invalid: everything that is wrong with it. Unavailable: it cannot be read.
Result<std::vector<ConfigItem>> read_config_file(const std::string& path, const ConfigSchema&);

// Makes `command` read --config through this schema, which may still grow until the command is parsed. What
// is wrong in the file is thrown as CLI::ConfigError, as CLI11 wants it.
void accept_config_file(CLI::App& command, std::shared_ptr<const ConfigSchema> schema);

}  // namespace cw::cli
