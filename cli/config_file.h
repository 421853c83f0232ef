// --config: the field's YAML configuration files (WebhookConfiguration, ControllerConfiguration) as a source
// of flag values. A flag given on the command line wins over the file. Strict: an unknown or repeated member,
// another kind or an empty file is an error. Source: reference of cert-manager's internal/apis/config.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <CLI/CLI.hpp>

namespace cw::cli {

// One member of the file and the flag (without dashes) that it stands for.
struct ConfigMember {
  std::string_view path;  // "tlsConfig.filesystem.certFile"
  std::string_view flag;  // "tls-cert-file"
};

struct ConfigSchema {
  std::string_view api_version;
  std::string_view kind;
  std::span<const ConfigMember> members;
};

// Makes `command` read --config through this schema.
void accept_config_file(CLI::App& command, const ConfigSchema& schema);

}  // namespace cw::cli
