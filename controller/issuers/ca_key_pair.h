// CaKeyPairs: the keys and certificates that CA issuers sign with. Reads a Secret once for each of its
// versions and keeps the few read last. Thread-safe. Errors: NotFound (no such Secret), Invalid (it holds no
// usable pair), else as the API server answered.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "lib/api/secret.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/certificate.h"
#include "lib/pki/private_key.h"
#include "lib/watch/object_cache.h"
#include "lib/watch/secret_meta.h"
#include "lib/watch/versioned_memory.h"

namespace cw::controller::issuers {

struct CaKeyPair {
  pki::PrivateKey key;
  std::vector<pki::Certificate> chain;   // tls.crt; the first one signs
  std::vector<pki::Certificate> others;  // ca.crt
  // When data was last written into the Secret; nullopt: it does not say.
  std::optional<TimePoint> written_at = {};
  const pki::Certificate& certificate() const { return chain.front(); }
  // Of tls.crt and ca.crt.
  std::vector<pki::Certificate> all() const;
};

// Invalid: tls.crt or tls.key is missing or cannot be parsed. Whether they fit together is not asked here.
Result<CaKeyPair> parse_ca_key_pair(const api::Secret&, const pki::PemLimits& limits = {});

class CaKeyPairs {
 public:
  using Secrets = watch::ObjectCache<watch::SecretMeta>;
  CaKeyPairs(const Secrets& secrets, const kube::KubeReader& reader, const pki::PemLimits& limits = {})
      : secrets_(secrets), reader_(reader), limits_(limits) {}

  Result<std::shared_ptr<const CaKeyPair>> load(const kube::ObjectKey& secret);

 private:
  static constexpr std::size_t kMaxKept = 1024;

  const Secrets& secrets_;
  const kube::KubeReader& reader_;
  pki::PemLimits limits_;
  watch::VersionedMemory<CaKeyPair> kept_{kMaxKept};
};

}  // namespace cw::controller::issuers
