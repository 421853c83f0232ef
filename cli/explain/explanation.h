// Explanation: the verdict over one request with its reasons, as it is shown. Made here from manifests, or by
// the webhook of a cluster, to which the request is put as a dry run that asks for the whole record
// (certwright.dev/explain): so the policies are judged where they are, and nobody reads what they may not.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/explain/offline_world.h"
#include "lib/kube/client.h"
#include "lib/kube/json.h"
#include "lib/policy/decide.h"
#include "lib/policy/options.h"

namespace cw::cli::explain {

struct Explanation {
  policy::Answer answer = policy::Answer::Error;
  kube::Json record;  // as policy::to_json; without a verdict of policy {"verdict", "message"}
  std::vector<std::string> notes = {};  // what the answer does not take into account
};

// For people, ending in a newline.
std::string text_of(const Explanation&);
// 0 approved, 1 denied, 2 pending, 3 anything else.
int exit_code(policy::Answer);

// Who asks, if not whom the request names or the controller is.
struct Asker {
  std::string user;
  std::vector<std::string> groups;
};

// `request` is a Certificate or CertificateRequest with its namespace.
Explanation explain_offline(const kube::Json& request, const OfflineWorld&, const policy::Options&,
                            const Asker&);

// The request as it is sent: what the server sets itself is taken off, and the question is put on.
kube::Json question_of(const kube::Json& request);
// What the server's answer to the question says.
Explanation read_answer(const Result<kube::Json>& answer);
Explanation explain_online(const kube::Json& request, kube::KubeWriter&);
// No verdict of policy, but why there is none.
Explanation failed_explanation(std::string message);

// The policy that approves, or the first reason why none does. One line; may be empty.
std::string first_reason(const Explanation&);

}  // namespace cw::cli::explain
