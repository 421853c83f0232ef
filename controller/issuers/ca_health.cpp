#include "controller/issuers/ca_health.h"

#include <algorithm>
#include <chrono>

#include "lib/api/names.h"
#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"
#include "lib/pki/chain.h"

namespace cw::controller::issuers {
namespace {

// A CA "ends soon" in the last tenth of its life, and not before its last 30 days.
constexpr int kLifeInEndings = 10;
constexpr std::chrono::hours kLongestEnding{30 * 24};
constexpr std::chrono::seconds kOneSecond{1};  // valid up to and including its last second

std::string pair_problem(const CaKeyPair& pair) {
  const pki::Certificate& ca = pair.certificate();
  if (!ca.is_ca()) {
    return "the first certificate in tls.crt is no CA certificate: its basic constraints lack CA:TRUE";
  }
  if (!ca.matches(pair.key.public_key())) return "tls.key does not belong to the certificate in tls.crt";
  const auto usage = ca.key_usage();
  if (usage && (*usage & pki::kCertSign) == 0) {
    return "the CA certificate in tls.crt may not sign certificates: its key usage lacks cert sign";
  }
  return {};
}

// What does not join now joins no better with a leaf below it.
std::string chain_problem(const CaKeyPair& pair) {
  auto certificates = pair.all();
  if (certificates.size() == 1) return {};
  const auto bundle = pki::build_bundle(std::move(certificates));
  if (bundle) return {};
  return "the certificates in tls.crt and ca.crt do not form one chain with the CA certificate at its end";
}

std::string who(const pki::Certificate& ca) { return "the CA certificate " + kube::quoted(ca.common_name()); }

// Those above the one that signs, in the order of the Secret.
std::vector<pki::Certificate> above(const CaKeyPair& pair) {
  std::vector<pki::Certificate> found(pair.chain.begin() + 1, pair.chain.end());
  for (const auto& other : pair.others) {
    const bool known = other == pair.certificate() ||
                       std::any_of(found.begin(), found.end(), [&](const auto& one) { return one == other; });
    if (!known) found.push_back(other);
  }
  return found;
}

void add_chain_caveats(const CaKeyPair& pair, TimePoint now, CaHealth& health) {
  for (const pki::Certificate& ca : above(pair)) {
    if (ca.not_after() < now) {
      health.caveats.push_back(who(ca) + " above it expired at " + format_time(ca.not_after()));
    }
    if (ca.path_length() == 0) {
      health.caveats.push_back(who(ca) + " above it has the path length 0, so it allows no CA below it");
    }
  }
}

std::optional<TimePoint> next_of(std::initializer_list<TimePoint> dates, TimePoint now) {
  std::optional<TimePoint> next;
  for (const TimePoint date : dates) {
    if (date > now && (!next || date < *next)) next = date;
  }
  return next;
}

}  // namespace

Outliving may_outlive_ca(const kube::ObjectMeta& metadata) {
  const bool allowed = metadata.annotations.get(api::kAllowOutlivingCaAnnotation) == api::kAnnotationTrue;
  return allowed ? Outliving::Allowed : Outliving::Refused;
}

std::string validity_problem(const pki::Certificate& ca, Outliving outliving, TimePoint now) {
  if (outliving == Outliving::Allowed) return {};
  if (now < ca.not_before()) {
    return "the CA certificate in tls.crt is not valid before " + format_time(ca.not_before());
  }
  if (now > ca.not_after()) {
    return "the CA certificate in tls.crt expired at " + format_time(ca.not_after()) +
           "; what it signs verifies nowhere: renew it";
  }
  return {};
}

CaHealth ca_health(const CaKeyPair& pair, Outliving outliving, TimePoint now) {
  CaHealth health{.problem = pair_problem(pair)};
  if (health.problem.empty()) health.problem = chain_problem(pair);
  if (!health.problem.empty()) return health;
  const pki::Certificate& ca = pair.certificate();
  const auto life = ca.not_after() - ca.not_before();
  const TimePoint ending =
      ca.not_after() - std::min<std::chrono::seconds>(life / kLifeInEndings, kLongestEnding);
  health.look_again = next_of({ca.not_before(), ending, ca.not_after() + kOneSecond}, now);
  health.problem = validity_problem(ca, outliving, now);
  if (!health.problem.empty()) return health;
  if (now > ca.not_after()) {
    health.caveats.push_back("the CA certificate expired at " + format_time(ca.not_after()));
  } else if (now >= ending) {
    health.caveats.push_back("the CA certificate expires soon, at " + format_time(ca.not_after()));
  }
  add_chain_caveats(pair, now, health);
  return health;
}

}  // namespace cw::controller::issuers
