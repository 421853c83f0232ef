// ComponentFlags: declares flags on a command and, in the same call, the member of the configuration file
// that stands for each. So there is no flag without a member.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/config_file.h"
#include "lib/base/duration.h"

namespace cw::cli {

// The member of the file, the flag with its dashes, and what --help says; nothing: the flag is not shown
// there.
struct FlagName {
  std::string member;
  std::string flag;
  std::string help = {};
};

class ComponentFlags {
 public:
  // Without a file: `certwright standalone` has none.
  explicit ComponentFlags(CLI::App& command) : ComponentFlags(command, "", "") {}
  ComponentFlags(CLI::App& command, std::string api_version, std::string kind);

  // `value` holds the default, and must live as long as the command.
  void text(const FlagName&, std::string& value);
  void file(const FlagName&, std::string& value);
  void quantity(const FlagName&, std::string& value);
  void whole(const FlagName&, std::int64_t& value);
  void number(const FlagName&, double& value);
  void toggle(const FlagName&, bool& value);
  // A Go duration, or whole nanoseconds. In seconds: rounded away from zero, so that its sign stays.
  void duration(const FlagName&, std::chrono::seconds& value);
  void duration(const FlagName&, Duration& value);
  // Comma-separated and repeatable; what is given replaces the default.
  void list(const FlagName&, std::vector<std::string>& value);
  void switches(const FlagName&, std::vector<std::string>& value);
  void labels(const FlagName&, std::vector<std::string>& value);
  CLI::Option* add(const FlagName&, MemberType, const CLI::callback_t& take);
  // A member whose flag is declared on the command itself.
  void member(ConfigMember member) { schema_->members.push_back(std::move(member)); }

  CLI::App& command() { return command_; }
  const ConfigSchema& schema() const { return *schema_; }

 private:
  CLI::Option* declare(CLI::Option*, const FlagName&, MemberType);
  void add_list(const FlagName&, MemberType, std::vector<std::string>& value);

  CLI::App& command_;
  std::shared_ptr<ConfigSchema> schema_;
};

// What Go's flag syntax allows and CLI11's does not: "-v=2", and "--name=" for an empty value. In the order
// that CLI::App::parse(std::vector) wants: last first.
std::vector<std::string> go_arguments(int argc, const char* const* argv);

}  // namespace cw::cli
