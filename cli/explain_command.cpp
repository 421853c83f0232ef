// certwright explain: which policy lets a certificate be issued, or why none does.
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/explain_flags.h"
#include "lib/kube/json_access.h"

namespace cw::cli {
namespace {

constexpr const char* kCommand = "explain";

struct Settings {
  ExplainFlags flags;
  std::string file;
  std::string name;
};

// The request from the file or the flags; its namespace is still to be set if it names none.
Result<kube::Json> request_of(const Settings& settings, const std::string& name_space) {
  if (settings.file.empty()) {
    explain::CertificateWords words = settings.flags.words;
    if (!settings.name.empty()) words.name = settings.name;
    return explain::certificate_of(words, name_space);
  }
  if (!settings.flags.words.issuer.empty()) return Error{Code::Invalid, "--issuer: not together with -f"};
  const auto manifests = TRY(explain::read_manifests({settings.file}, &std::cin));
  kube::Json request = TRY(explain::pick_request(manifests, settings.name));
  explain::set_namespace(request, name_space);
  return request;
}

Result<explain::Explanation> explain_it(const Settings& settings) {
  const ExplainFlags& flags = settings.flags;
  if (!flags.offline.empty()) {
    const kube::Json request =
        TRY(request_of(settings, flags.name_space.empty() ? "default" : flags.name_space));
    const auto world = TRY(read_world(flags));
    return explain::explain_offline(request, *world, flags.policy, flags.asker);
  }
  const Cluster cluster = TRY(find_cluster(flags, "certwright-explain"));
  const kube::Json request =
      TRY(request_of(settings, flags.name_space.empty() ? cluster.name_space : flags.name_space));
  return explain::explain_online(request, *cluster.client);
}

int run(const Settings& settings) {
  const Result<explain::Explanation> result = explain_it(settings);
  const bool json = settings.flags.format == ExplainFormat::Json;
  if (!result && !json) {
    complain(kCommand, result.error().message);
    return kNoAnswer;
  }
  const explain::Explanation explanation =
      result ? *result : explain::failed_explanation(result.error().message);
  for (const std::string& note : explanation.notes) complain(kCommand, "note: " + note);
  std::cout << (json ? kube::dumped(explanation.record) + "\n" : explain::text_of(explanation));
  if (std::cout.flush()) return explain::exit_code(explanation.answer);
  complain(kCommand, "the answer cannot be written");
  return kNoAnswer;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      kCommand,
      "Say whether policy lets a certificate be issued, and why; exit 0 approved, 1 denied, 2 pending, "
      "3 no answer");
  const auto settings = std::make_shared<Settings>();
  command.add_option("-f,--filename", settings->file,
                     "A Certificate or CertificateRequest, YAML or JSON; - is standard input");
  command.add_option("--name", settings->name, "Name of the Certificate; of several in the file, which");
  command.add_option("-n,--namespace", settings->flags.name_space, "Namespace of objects that name none");
  add_words_flags(command, settings->flags.words);
  add_explain_flags(command, settings->flags);
  command.callback([settings, &exit_code] { exit_code = run(*settings); });
}

}  // namespace cw::cli
