// certwright check FILE… | FOLDER… | -: the webhook's rules and the schemas on files, offline.
#include <iostream>
#include <map>

#include "cli/check/check.h"
#include "cli/check/report.h"
#include "cli/commands.h"
#include "cli/config_rules.h"
#include "cli/feature_gates.h"
#include "cli/flags.h"

namespace cw::cli {
namespace {

struct CheckFlags {
  check::CheckOptions options;
  check::Format format = check::Format::Text;
  bool warnings_as_errors = false;
  WebhookSettings settings;  // of these the feature gates, what is enforced, and sizes of PEM
};

const std::map<std::string, check::Format> kFormats{
    {"text", check::Format::Text}, {"json", check::Format::Json}, {"sarif", check::Format::Sarif}};

int refuse(const std::string& why) {
  std::cerr << "certwright check: " << why << "\n";
  return check::kUnreadable;
}

// As the webhook would take them.
Status take_settings(CheckFlags& flags) {
  const WebhookSettings& settings = flags.settings;
  const GateChoice gates =
      choose_gates(Component::Webhook, settings.common.feature_gates, kube::FieldPath("featureGates"));
  kube::FieldErrors wrong = gates.errors;
  for (kube::FieldError& error : check_pem(settings.pem)) wrong.push_back(std::move(error));
  if (!wrong.empty()) return Error{Code::Invalid, kube::message(wrong)};
  for (const std::string& warning : gates.warnings) std::cerr << "certwright check: " << warning << "\n";
  flags.options.rules = {.literal_certificate_subject = gates.is_on("LiteralCertificateSubject"),
                         .name_constraints = gates.is_on("NameConstraints"),
                         .other_names = gates.is_on("OtherNames"),
                         .pem_limits = pem_limits(settings.pem)};
  flags.options.enforcement = TRY(webhook::parse_enforcement(settings.enforce));
  return Done{};
}

int run(CheckFlags& flags) {
  if (const Status taken = take_settings(flags); !taken) return refuse(taken.error().message);
  flags.options.standard_input = &std::cin;
  flags.options.warnings = flags.warnings_as_errors ? check::Warnings::Refuse : check::Warnings::Show;
  const check::Report report = check::check(flags.options);
  check::write_report(report, flags.format, std::cout);
  return std::cout.flush() ? report.exit_code : refuse("the report cannot be written");
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "check", "Judge manifests offline; exit 1 if anything is refused, 2 if anything cannot be read");
  const auto flags = std::make_shared<CheckFlags>();
  check::CheckOptions& options = flags->options;
  command.add_option("files", options.files, "YAML or JSON files, folders of such; - is standard input")
      ->required();
  command
      .add_option("--old", options.old_files,
                  "Older versions (repeatable): what is in them too is judged as an update")
      ->allow_extra_args(false);
  command.add_option("-o,--output", flags->format, "text, json or sarif")
      ->transform(CLI::CheckedTransformer(kFormats).description(""));
  command.add_option("-n,--namespace", options.name_space, "Namespace of objects that name none")
      ->capture_default_str();
  command
      .add_option("--cluster-resource-namespace", options.cluster_resource_namespace,
                  "Where Secrets of ClusterIssuers are")
      ->capture_default_str();
  command.add_flag("--warnings-as-errors", flags->warnings_as_errors, "Exit 1 on warnings too");
  ComponentFlags shared(command);
  shared.list({"", "--enforce", "Advice rules that refuse instead of warning; all is every one"},
              flags->settings.enforce);
  shared.switches({"", "--feature-gates", "name=true|false, … as the webhook's"},
                  flags->settings.common.feature_gates);
  add_pem_flags(shared, flags->settings.pem);
  command.callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace cw::cli
