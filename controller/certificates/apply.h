// ActionExecutor: carries out the actions of one pass over a Certificate, in order. The only writer of target
// and next-private-key Secrets, of owned CertificateRequests and of the Certificate's status.
// One object a pass; draws keys, signs requests.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "controller/certificates/actions.h"
#include "controller/certificates/observe.h"
#include "controller/certificates/target_secret.h"
#include "controller/runtime/events.h"
#include "lib/api/secret.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"

namespace cw::controller::certificates {

class ActionExecutor {
 public:
  struct Parts {
    const kube::KubeReader& reader;
    kube::KubeWriter& writer;
    SecretCache& secrets;
    NextKeyMemory& next_keys;
    TargetMemory& targets;
    pki::KeyMaker& key_maker;
    runtime::EventSink& events;
    Settings settings;
    AskAboutRenewal ask_about_renewal = {};
    ForgetRenewalNews forget_renewal_news = {};
  };
  // Both outlive the pass.
  ActionExecutor(const Parts& parts, const api::Certificate& certificate, TimePoint now)
      : parts_(parts), certificate_(certificate), now_(now) {}

  Status execute(const ConfirmCurrent&);
  Status execute(const ConfirmTarget&);
  Status execute(const CreateNextKey&);
  Status execute(const DeleteNextKey&);
  Status execute(const CreateRequest&);
  Status execute(const DeleteRequest&);
  Status execute(const WriteTarget&);
  Status execute(const WriteTemporary&);
  Status execute(const RewriteTarget&);
  Status execute(const WriteStatus&);
  Status execute(const AskRenewalInfo&);
  Status execute(const Announce&);

 private:
  kube::ObjectKey key_named(const std::string& name) const;
  // Tells the user; the answer is the error.
  Status request_failed(std::string message, const Error&);
  // Conflict: it is ours, and news of it is on its way. Invalid: it is another one's.
  Status name_is_taken(const std::string& request);
  Result<pki::PrivateKey> make_key(KeySource);
  Result<std::shared_ptr<const pki::PrivateKey>> next_key(const std::string& secret);
  Result<std::optional<api::Secret>> read_secret(const kube::ObjectKey&);
  Result<std::optional<api::Secret>> read_target();
  struct WrittenTarget {
    kube::Json sent;
    kube::Json stored;
  };
  Result<std::optional<WrittenTarget>> store_pair(const std::string& key_secret, TargetContent);
  Result<api::Secret> target_of(const std::optional<api::Secret>& existing, TargetContent);
  Result<WrittenTarget> store_target(const api::Secret& wanted);
  // Those that the spec asks for. What they lack is told to the user, and the pass comes again.
  Result<Keystores> keystores(const TargetContent&);
  Result<Keystores> keystores_of(const TargetContent&);
  void remember_target(const WrittenTarget&, const SecretFacts&);

  const Parts& parts_;
  const api::Certificate& certificate_;
  TimePoint now_;
};

}  // namespace cw::controller::certificates
