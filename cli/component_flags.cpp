#include "cli/component_flags.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace cw::cli {
namespace {

// An option that is not shown in --help is in the empty group.
constexpr const char* kHidden = "";

std::string without_dashes(std::string_view flag) {
  const std::size_t comma = flag.rfind(',');
  if (comma != std::string_view::npos) flag.remove_prefix(comma + 1);
  return std::string(flag.substr(flag.find_first_not_of('-')));
}

Result<Duration> read_duration(const std::string& text) {
  std::int64_t nanoseconds = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, nanoseconds);
  if (error == std::errc() && stopped == end) return Duration(nanoseconds);
  return parse_duration(text);
}

Duration duration_of(const std::string& flag, const std::string& text) {
  const auto parsed = read_duration(text);
  if (!parsed) throw CLI::ValidationError(flag, parsed.error().message);
  return *parsed;
}

std::chrono::seconds away_from_zero(Duration time) {
  return time < Duration(0) ? std::chrono::floor<std::chrono::seconds>(time)
                            : std::chrono::ceil<std::chrono::seconds>(time);
}

void append_split(std::vector<std::string>& into, std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    into.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return;
    text.remove_prefix(comma + 1);
    if (text.empty()) into.emplace_back();  // Go keeps what is behind the last comma
  }
}

}  // namespace

ComponentFlags::ComponentFlags(CLI::App& command, std::string api_version, std::string kind)
    : command_(command), schema_(std::make_shared<ConfigSchema>()) {
  schema_->api_version = std::move(api_version);
  schema_->kind = std::move(kind);
  if (!schema_->kind.empty()) accept_config_file(command, schema_);
}

CLI::Option* ComponentFlags::declare(CLI::Option* option, const FlagName& name, MemberType type) {
  schema_->members.push_back({name.member, without_dashes(name.flag), type});
  return name.help.empty() ? option->group(kHidden) : option;
}

void ComponentFlags::text(const FlagName& name, std::string& value) {
  declare(command_.add_option(name.flag, value, name.help)->capture_default_str(), name, MemberType::Text);
}

void ComponentFlags::file(const FlagName& name, std::string& value) {
  declare(command_.add_option(name.flag, value, name.help), name, MemberType::File);
}

void ComponentFlags::quantity(const FlagName& name, std::string& value) {
  declare(command_.add_option(name.flag, value, name.help)->capture_default_str(), name,
          MemberType::Quantity);
}

void ComponentFlags::whole(const FlagName& name, std::int64_t& value) {
  declare(command_.add_option(name.flag, value, name.help)->capture_default_str(), name, MemberType::Whole);
}

void ComponentFlags::number(const FlagName& name, double& value) {
  declare(command_.add_option(name.flag, value, name.help)->capture_default_str(), name, MemberType::Number);
}

void ComponentFlags::toggle(const FlagName& name, bool& value) {
  declare(command_.add_flag(name.flag, value, name.help), name, MemberType::Toggle);
}

CLI::Option* ComponentFlags::add(const FlagName& name, MemberType type, const CLI::callback_t& take) {
  return declare(command_.add_option(name.flag, take, name.help), name, type);
}

void ComponentFlags::duration(const FlagName& name, std::chrono::seconds& value) {
  const auto take = [&value, flag = name.flag](const CLI::results_t& given) {
    value = away_from_zero(duration_of(flag, given.at(0)));
    return true;
  };
  add(name, MemberType::Time, take)->type_name("DURATION")->default_str(format_duration(Duration(value)));
}

void ComponentFlags::duration(const FlagName& name, Duration& value) {
  const auto take = [&value, flag = name.flag](const CLI::results_t& given) {
    value = duration_of(flag, given.at(0));
    return true;
  };
  add(name, MemberType::Time, take)->type_name("DURATION")->default_str(format_duration(value));
}

void ComponentFlags::add_list(const FlagName& name, MemberType type, std::vector<std::string>& value) {
  const std::function<void(const std::vector<std::string>&)> take =
      [&value](const std::vector<std::string>& given) {
        value.clear();
        for (const std::string& text : given) append_split(value, text);
      };
  CLI::Option* option = command_.add_option_function(name.flag, take, name.help)->allow_extra_args(false);
  declare(option, name, type);
}

void ComponentFlags::list(const FlagName& name, std::vector<std::string>& value) {
  add_list(name, MemberType::List, value);
}

void ComponentFlags::switches(const FlagName& name, std::vector<std::string>& value) {
  add_list(name, MemberType::Switches, value);
}

void ComponentFlags::labels(const FlagName& name, std::vector<std::string>& value) {
  add_list(name, MemberType::Labels, value);
}

std::vector<std::string> go_arguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    const bool short_form = argument.starts_with("-v=");
    const bool empty_value = argument.starts_with("--") && argument.size() > 3 && argument.ends_with('=') &&
                             argument.find('=') == argument.size() - 1;
    const std::size_t equals = argument.find('=');
    if (!short_form && !empty_value) {
      arguments.emplace_back(argument);
      continue;
    }
    arguments.emplace_back(argument.substr(0, equals));
    arguments.emplace_back(argument.substr(equals + 1));
  }
  return {arguments.rbegin(), arguments.rend()};
}

}  // namespace cw::cli
