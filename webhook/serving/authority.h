// ServingAuthority: the self-managed CA, kept in one Secret that every replica reads. There is no election:
// whoever finds it missing, broken or two thirds through its life makes a new one; who loses the race adopts
// what is stored. Source: reference/admission.md 3.8.3. Not thread-safe.
#pragma once

#include <chrono>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/serving.h"

namespace cw::webhook {

// Our certificates are valid from so long ago: the clock of an API server may be behind ours.
inline constexpr std::chrono::seconds kBackdated{60};

struct AuthoritySecret {
  kube::ObjectKey key;
  std::string common_name = "cert-manager-webhook-ca";
  std::string managed_by = "cert-manager-webhook";
};

class ServingAuthority {
 public:
  // The references must outlive this.
  ServingAuthority(AuthoritySecret secret, const kube::KubeReader& reader, kube::KubeWriter& writer,
                   pki::KeyMaker& keys, const Clock& clock)
      : secret_(std::move(secret)), reader_(reader), writer_(writer), keys_(keys), clock_(clock) {}

  // What is stored, after it was made or renewed if need be. Errors: as the API server answers; Conflict when
  // another replica was faster: ask again.
  Result<pki::KeyPair> ensure();
  std::string describe() const { return "Secret " + secret_.key.name_space + "/" + secret_.key.name; }

 private:
  Result<pki::KeyPair> make() const;
  Result<pki::KeyPair> store_new();
  Result<pki::KeyPair> store_over(kube::Json&& stored);

  AuthoritySecret secret_;
  const kube::KubeReader& reader_;
  kube::KubeWriter& writer_;
  pki::KeyMaker& keys_;
  const Clock& clock_;
};

}  // namespace cw::webhook
