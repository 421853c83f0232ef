#include "webhook/serving/leaf.h"

#include "lib/base/log.h"
#include "lib/base/time_text.h"
#include "lib/pki/ip_address.h"
#include "webhook/serving/authority.h"

namespace cw::webhook {

Status Leaf::show(const pki::KeyPair& ca) {
  const TimePoint now = clock_.now();
  pki::LeafOptions wanted;
  for (const std::string& name : options_.dns_names) {
    (pki::parse_ip(name) ? wanted.ip_addresses : wanted.dns_names).push_back(name);
  }
  wanted.lifetime = options_.lifetime + kBackdated;
  wanted.extended_key_usages = {std::string(pki::kServerAuthOid)};
  if (ca.certificate.not_after() <= now) return Error{Code::Invalid, "the CA certificate has expired"};
  const pki::KeyPair leaf = TRY(pki::make_leaf(ca, wanted, keys_, now - kBackdated));
  const SecretBytes key = TRY(leaf.key_pem());
  TRY(identity_->replace(leaf.certificate_pem(), key.reveal()));
  due_ = now + (leaf.certificate.not_after() - now) * 2 / 3;
  log::info("serving certificate made", {{"until", format_time(leaf.certificate.not_after())}});
  return Done{};
}

}  // namespace cw::webhook
