// Observer: all reads of one pass over a Certificate. From the caches, and bodies of Secrets from the API
// server, once for each of their versions. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/certificates/approval_news.h"
#include "controller/certificates/facts.h"
#include "controller/certificates/view.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"
#include "lib/watch/object_cache.h"
#include "lib/watch/secret_meta.h"
#include "lib/watch/versioned_memory.h"

namespace cw::controller::certificates {

using CertificateCache = watch::ObjectCache<api::Certificate>;
using RequestCache = watch::ObjectCache<api::CertificateRequest>;
using SecretCache = watch::ObjectCache<watch::SecretMeta>;
// Private keys of next-private-key Secrets, only as long as those exist.
using NextKeyMemory = watch::VersionedMemory<pki::PrivateKey>;

// What a version of a target Secret is worth to the Certificate that it was weighed for.
struct KnownTarget {
  std::uint64_t certificate_uid = 0;  // its hash: there are many of these
  std::int64_t generation = 0;
  SecretFacts facts;
  std::optional<Finding> drift = {};
  // nullopt: not weighed, since there was a current request.
  std::optional<std::vector<std::string>> certificate_violations = {};
};
// What a request of the current or next revision is worth to the Certificate that it was weighed for. A
// request's spec never changes.
struct KnownRequest {
  std::uint64_t request_uid = 0;  // hashes
  std::uint64_t certificate_uid = 0;
  WeighedRequest weighed;
};
using TargetMemory = watch::VersionedMemory<KnownTarget>;

class Observer {
 public:
  struct Sources {
    CertificateCache& certificates;
    RequestCache& requests;
    SecretCache& secrets;
    const kube::KubeReader& reader;
    NextKeyMemory& next_keys;
    TargetMemory& targets;
    Settings settings;
    FindAuthority authority = {};  // not set: no CA is known of any issuer
    FindReadySince issuer_ready_since = {};
    FindAcmeRenewal acme_renewal = {};
    ApprovalNews approval = {};
  };
  // Adds its indexes to the caches: construct before they are filled.
  explicit Observer(Sources);

  Result<View> observe(const CertificatePointer&);

  // The Certificates that look again when this Secret changes.
  std::vector<kube::ObjectKey> users_of_secret(const kube::ObjectKey& secret) const;
  // Those whose issuer this is; a ClusterIssuer's key has no namespace.
  std::vector<kube::ObjectKey> users_of_issuer(const kube::ObjectKey& issuer) const;
  // A target Secret that was read before anybody asked for it. One that cannot be read, or is nobody's, is
  // let go.
  void weigh_ahead(const kube::Json& secret);
  // It is gone: so is what was known of it.
  void forget_secret(const kube::ObjectKey& secret);
  void forget_request(const kube::ObjectKey& request) { weighed_requests_.forget(request); }

 private:
  Status read_target(View&);
  std::shared_ptr<const KnownTarget> keep_target(const api::Certificate&, const api::Secret&,
                                                 const kube::Json&);
  std::shared_ptr<const KnownTarget> known_target(const View&, const kube::ObjectKey&,
                                                  std::uint64_t version) const;
  Status read_requests(View&);
  Result<RequestPointer> with_answer(const RequestPointer&) const;
  void weigh(OwnedRequest&, const View&);
  Status read_next_keys(View&);
  void read_rivals(View&);

  Sources sources_;
  CertificateCache::Index by_secret_name_ = 0;
  CertificateCache::Index by_password_ = 0;
  CertificateCache::Index by_issuer_ = 0;
  RequestCache::Index by_owner_ = 0;
  SecretCache::Index next_keys_by_owner_ = 0;
  watch::VersionedMemory<KnownRequest> weighed_requests_;
};

}  // namespace cw::controller::certificates
