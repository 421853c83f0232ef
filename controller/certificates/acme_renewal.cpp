#include "controller/certificates/acme_renewal.h"

#include "controller/certificates/renewal.h"
#include "controller/certificates/view.h"
#include "lib/base/stable_hash.h"

namespace cw::controller::certificates {
namespace {

const api::CertificateAcmeRenewalInfo* known_info(const View& view) {
  return view.status.acme && view.status.acme->ari ? &*view.status.acme->ari : nullptr;
}

bool has_certificate(const View& view) {
  return view.secret && view.secret->not_before && view.secret->not_after && !view.secret->temporary;
}

// By the annotations of the Secret, if it has any: another issuer's server knows nothing of this certificate.
bool is_of_this_issuer(const View& view) {
  const auto& secret = *view.secret;
  const api::IssuerReference named{.name = secret.issuer_name.value_or(""),
                                   .kind = secret.issuer_kind.value_or(""),
                                   .group = secret.issuer_group.value_or("")};
  return api::same_issuer(named, view.spec().issuer_ref);
}

bool may_be_asked(const View& view) {
  return view.acme && view.acme->asks && has_certificate(view) && !never_renews(view) &&
         is_of_this_issuer(view);
}

// What was learnt before this certificate began is about its predecessor.
bool is_about(const api::CertificateAcmeRenewalInfo& info, const SecretFacts& secret) {
  return info.last_checked && *info.last_checked >= *secret.not_before;
}

}  // namespace

void learn_about_renewal(View& view) {
  if (!may_be_asked(view)) {
    view.status.acme.reset();
    return;
  }
  const auto& news = view.acme->news;
  if (!news || news->not_before != *view.secret->not_before) return;
  if (!news->info) {
    view.status.acme.reset();
    return;
  }
  const auto* known = known_info(view);
  const bool is_news =
      known == nullptr || !known->last_checked || *known->last_checked < *news->info->last_checked;
  if (is_news) view.status.acme = api::CertificateAcmeStatus{.ari = news->info};
}

std::optional<TimePoint> suggested_renewal(const View& view) {
  const auto* info = known_info(view);
  if (!may_be_asked(view) || info == nullptr || !is_about(*info, *view.secret)) return std::nullopt;
  if (!info->suggested_window || !info->suggested_window->start || !info->suggested_window->end)
    return std::nullopt;
  const TimePoint start = *info->suggested_window->start;
  const TimePoint end = *info->suggested_window->end;
  if (end < start) return std::nullopt;
  const auto& chosen = view.status.renewal_time;
  if (chosen && *chosen >= start && *chosen <= end) return chosen;
  const auto seconds = static_cast<std::uint64_t>((end - start).count()) + 1;
  return start + std::chrono::seconds(stable_hash(view.certificate->metadata.uid) % seconds);
}

RenewalQuestion renewal_question(const View& view, TimePoint now) {
  if (!may_be_asked(view)) return {};
  const auto& news = view.acme->news;
  // It has no answer to that question; the source of the news asks again in its own time.
  if (news && news->not_before == *view.secret->not_before && !news->info) return {};
  const auto* info = known_info(view);
  if (info == nullptr || !is_about(*info, *view.secret) || !info->next_check) return {.ask = true};
  if (*info->next_check <= now) return {.ask = true};
  return {.look_again = info->next_check};
}

}  // namespace cw::controller::certificates
