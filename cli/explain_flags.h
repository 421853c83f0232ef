// Flags that `explain` and `who-can` share, and how they find what they ask.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/explain/explanation.h"
#include "cli/explain/request_input.h"
#include "lib/client/kube_client.h"

namespace cw::cli {

enum class ExplainFormat { Text, Json };

struct ExplainFlags {
  explain::CertificateWords words;
  std::string name_space;  // empty: that of the context, or "default"
  std::vector<std::string> offline;
  std::string kubeconfig;
  std::string context;
  policy::Options policy = {.on = true};
  explain::Asker asker;
  ExplainFormat format = ExplainFormat::Text;
};

// --issuer, --dns and the like.
void add_words_flags(CLI::App&, explain::CertificateWords&);
// --offline, --kubeconfig, --as, --policy-… and -o.
void add_explain_flags(CLI::App&, ExplainFlags&);

// Offline: the world that the files describe. Invalid: flags that make no sense together, or bad files.
Result<std::unique_ptr<explain::OfflineWorld>> read_world(const ExplainFlags&);

struct Cluster {
  std::unique_ptr<client::HttpKubeClient> client;
  std::string name_space;  // of the context
};
// Online: --kubeconfig, else $KUBECONFIG, else ~/.kube/config, else the pod that this runs in.
Result<Cluster> find_cluster(const ExplainFlags&, const std::string& program);

// To standard error, one line.
void complain(const std::string& command, const std::string& message);
// The exit code for what is no answer.
inline constexpr int kNoAnswer = 3;

}  // namespace cw::cli
