// certwright who-can: the namespaces in which policy lets a certificate be issued.
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/explain/who_can.h"
#include "cli/explain_flags.h"
#include "lib/api/resources.h"
#include "lib/kube/json_access.h"

namespace cw::cli {
namespace {

constexpr const char* kCommand = "who-can";

using explain::Explanation;
using explain::NamespaceAnswer;

// The certificate in one namespace, put to whoever answers.
template <typename Answerer>
std::vector<NamespaceAnswer> ask_all(const ExplainFlags& flags, const std::vector<std::string>& namespaces,
                                     const Answerer& answerer) {
  return explain::ask_each(namespaces, [&](const std::string& name_space) -> Explanation {
    const Result<kube::Json> request = explain::certificate_of(flags.words, name_space);
    return request ? answerer(*request) : explain::failed_explanation(request.error().message);
  });
}

Result<std::vector<NamespaceAnswer>> ask_files(const ExplainFlags& flags) {
  const auto world = TRY(read_world(flags));
  const std::vector<std::string> namespaces = world->namespaces();
  if (namespaces.empty()) return Error{Code::Invalid, "--offline: the files have no Namespace"};
  return ask_all(flags, namespaces, [&](const kube::Json& request) {
    return explain::explain_offline(request, *world, flags.policy, flags.asker);
  });
}

Result<std::vector<NamespaceAnswer>> ask_cluster(const ExplainFlags& flags) {
  const Cluster cluster = TRY(find_cluster(flags, "certwright-who-can"));
  kube::ListOptions options;
  options.metadata_only = true;
  const kube::ObjectList listed = TRY(cluster.client->list(api::kNamespaces, options));
  std::vector<std::string> namespaces;
  for (const kube::Json& one : listed.items) namespaces.push_back(kube::metadata_text(one, "name"));
  return ask_all(flags, namespaces, [&](const kube::Json& request) {
    return explain::explain_online(request, *cluster.client);
  });
}

Result<std::vector<NamespaceAnswer>> ask(const ExplainFlags& flags) {
  TRY(explain::certificate_of(flags.words, "default"));  // wrong flags end here, not once a namespace
  return flags.offline.empty() ? ask_cluster(flags) : ask_files(flags);
}

int run(const ExplainFlags& flags) {
  const Result<std::vector<NamespaceAnswer>> answers = ask(flags);
  if (!answers) {
    complain(kCommand, answers.error().message);
    return kNoAnswer;
  }
  flags.format == ExplainFormat::Json ? explain::write_json(*answers, std::cout)
                                      : explain::write_text(*answers, std::cout);
  if (std::cout.flush()) return explain::exit_code(*answers);
  complain(kCommand, "the answer cannot be written");
  return kNoAnswer;
}

}  // namespace

void add_who_can_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      kCommand,
      "List the namespaces in which policy lets a certificate be issued; exit 0 if there is any, 1 if none");
  const auto flags = std::make_shared<ExplainFlags>();
  add_words_flags(command, flags->words);
  add_explain_flags(command, *flags);
  command.callback([flags, &exit_code] { exit_code = run(*flags); });
}

}  // namespace cw::cli
