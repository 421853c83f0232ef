// AdmissionConfigurations: the Validating- and MutatingWebhookConfigurations through which API servers reach
// us. Keeps their caBundle as it shall be, so that no cainjector is needed, and tells which CAs they trust.
// Nothing but clientConfig.caBundle is ever changed, and only of webhooks that are ours:
//   - in a configuration whose annotation cert-manager.io/inject-ca-from-secret names our CA Secret, all of
//   them;
//   - in any other, those whose Service is one of our DNS names;
//   - in one that is ours by name, also those whose URL is at one of our DNS names.
// Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "webhook/serving/bundle.h"

namespace cw::webhook {

inline constexpr kube::Resource kValidatingConfigurations{"admissionregistration.k8s.io", "v1",
                                                          "validatingwebhookconfigurations",
                                                          "ValidatingWebhookConfiguration", false};
inline constexpr kube::Resource kMutatingConfigurations{"admissionregistration.k8s.io", "v1",
                                                        "mutatingwebhookconfigurations",
                                                        "MutatingWebhookConfiguration", false};

struct OurConfigurations {
  // Empty: all are looked at. Without the right to list all: the one that is named as the CA Secret
  // without its "-ca", as the chart names them.
  std::vector<std::string> names;
  std::vector<std::string> dns_names;
  kube::ObjectKey ca_secret;
};

// What was seen, after all was mended that could be.
struct TrustReport {
  std::size_t webhooks = 0;               // of ours
  std::vector<pki::Certificate> trusted;  // those that every one of them trusts
  std::optional<Error> failure;           // the first; what could not be read counts as not there
  bool trusts(const pki::Certificate& ca) const { return webhooks > 0 && contains(trusted, ca); }
};

// A part of the API to be followed: whatever happens there may need mending.
struct Followed {
  kube::Resource resource;
  kube::ListOptions scope;
};

class AdmissionConfigurations {
 public:
  // The references must outlive this.
  AdmissionConfigurations(OurConfigurations ours, const kube::KubeReader& reader, kube::KubeWriter& writer,
                          const Clock& clock)
      : ours_(std::move(ours)), reader_(reader), writer_(writer), clock_(clock) {}

  // Reads all, puts back what is not as wanted.
  TrustReport keep(const WantedBundle&);
  std::vector<Followed> followed() const;

 private:
  // How often one configuration was mended of late: who keeps undoing it is not fought without end.
  struct Mends {
    TimePoint since;
    int count = 0;
  };
  Result<std::vector<kube::Json>> read(const kube::Resource&);
  Result<std::vector<kube::Json>> read_named(const kube::Resource&) const;
  bool is_annotated(const kube::Json& configuration) const;
  bool is_ours(const kube::Json& webhook) const;
  Result<kube::Json> mended(const kube::Resource&, kube::Json configuration, const WantedBundle&);
  Result<kube::Json> write(const kube::Resource&, const kube::Json& configuration);
  Status keep_kind(const kube::Resource&, const WantedBundle&, TrustReport&);
  bool may_mend(const std::string& name);
  void note(const kube::Json& configuration, TrustReport&) const;
  void note_refusal(const std::string& name, const Error&);

  OurConfigurations ours_;
  const kube::KubeReader& reader_;
  kube::KubeWriter& writer_;
  const Clock& clock_;
  std::map<std::string, Mends> mends_;
  bool told_refusal_ = false;
};

}  // namespace cw::webhook
