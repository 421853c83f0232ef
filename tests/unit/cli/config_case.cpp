#include "tests/unit/cli/config_case.h"

#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cli/component_settings.h"

namespace cw::test {
namespace {

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

template <typename Settings, typename AddFlags>
void read_into(Settings& settings, AddFlags add_flags, std::vector<std::string> arguments, Read& read) {
  CLI::App app;
  CLI::App& command = *app.add_subcommand("component");
  (void)add_flags(command, settings);
  arguments.insert(arguments.begin(), {"certwright", "component"});
  const auto pointers = pointers_to(arguments);
  try {
    app.parse(cli::go_arguments(static_cast<int>(pointers.size()), pointers.data()));
    read.errors = check_settings(settings);
  } catch (const CLI::ParseError& error) {
    read.refused = error.what();
  }
}

}  // namespace

std::string scratch_folder() {
  static const std::string kFolder = [] {
    std::string path = (std::filesystem::temp_directory_path() / "cw-cli-XXXXXX").string();
    return std::string(::mkdtemp(path.data()));
  }();
  return kFolder;
}

Read read_settings(std::string_view component, const Given& given) {
  std::vector<std::string> arguments = given.flags;
  if (!given.file.empty()) {
    const std::string path = scratch_folder() + "/config.yaml";
    std::ofstream(path) << given.file;
    arguments.insert(arguments.begin(), {"--config", path});
  }
  Read read;
  if (component == "webhook") read_into(read.webhook, cli::add_webhook_flags, arguments, read);
  if (component == "controller") read_into(read.controller, cli::add_controller_flags, arguments, read);
  if (component == "cainjector") read_into(read.cainjector, cli::add_cainjector_flags, arguments, read);
  return read;
}

std::string config_text(std::string_view component, std::string_view members) {
  const std::string kind = component == "webhook"      ? "WebhookConfiguration"
                           : component == "controller" ? "ControllerConfiguration"
                                                       : "CAInjectorConfiguration";
  return "apiVersion: " + std::string(component) + ".config.cert-manager.io/v1alpha1\nkind: " + kind + "\n" +
         std::string(members);
}

webhook::RuleList rules_of(std::string_view component) {
  if (component == "webhook") return cli::webhook_config_rules();
  return component == "controller" ? cli::controller_config_rules() : cli::cainjector_config_rules();
}

}  // namespace cw::test
