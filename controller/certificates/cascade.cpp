#include "controller/certificates/cascade.h"

#include <algorithm>
#include <cstdint>

#include "controller/certificates/reasons.h"
#include "controller/certificates/renewal.h"
#include "lib/api/names.h"
#include "lib/base/duration.h"
#include "lib/base/stable_hash.h"
#include "lib/base/time_text.h"

namespace cw::controller::certificates {
namespace {

bool comes_from(const SecretFacts& secret, const Authority& authority) {
  const auto& marks = secret.authorities;
  return std::find(marks.begin(), marks.end(), authority.mark) != marks.end();
}

// A Certificate that is kept in the very Secret its issuer signs with would follow itself for ever.
bool is_the_authority(const View& view, const Authority& authority) {
  const auto& secret = authority.secret;
  return secret.name_space == view.certificate->metadata.name_space && secret.name == view.spec().secret_name;
}

bool takes_part(const View& view, const SecretFacts& secret, const Authority& authority) {
  if (secret.temporary || secret.authorities.empty() || never_renews(view)) return false;
  return !is_the_authority(view, authority);
}

}  // namespace

CascadeDecision cascade(const View& view, TimePoint now) {
  if (!view.authority || !view.secret) return {};
  const auto& authority = *view.authority;
  const auto span = authority.cascade;
  if (!span || !takes_part(view, *view.secret, authority) || comes_from(*view.secret, authority)) return {};
  const auto at = authority.since + cascade_delay(view.certificate->metadata.uid, *span);
  if (now < at) return {.look_again = at};
  return {.due = Finding{kCaChanged, "the issuer signs with another CA certificate since " +
                                         format_time(authority.since)}};
}

std::optional<std::string> ends_with_authority(const View& view) {
  if (!view.authority || !view.secret || view.authority->may_be_outlived) return std::nullopt;
  const auto own = view.certificate->metadata.annotations.get(api::kAllowOutlivingCaAnnotation);
  if (own == api::kAnnotationTrue || is_the_authority(view, *view.authority)) return std::nullopt;
  if (view.secret->not_after != view.authority->not_after) return std::nullopt;
  if (!comes_from(*view.secret, *view.authority)) return std::nullopt;
  return "the certificate ends with its CA, at " + format_time(view.authority->not_after) +
         ", and can be renewed when the CA has been";
}

std::optional<std::chrono::seconds> parse_cascade(std::string_view annotation) {
  if (annotation.empty() || annotation == "false") return std::nullopt;
  const auto span = parse_duration(annotation);
  if (!span) return kDefaultCascade;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*span);
  return seconds > std::chrono::seconds(0) ? std::optional(seconds) : std::nullopt;
}

std::chrono::seconds cascade_delay(std::string_view uid, std::chrono::seconds span) {
  if (span <= std::chrono::seconds(0)) return std::chrono::seconds(0);
  std::uint64_t hash = stable_hash(uid);
  // The low bits of FNV mix less than the high ones.
  hash ^= hash >> 32U;
  return std::chrono::seconds(hash % static_cast<std::uint64_t>(span.count()));
}

}  // namespace cw::controller::certificates
