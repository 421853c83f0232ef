#include "controller/certificates/reissues.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "controller/certificates/reasons.h"

namespace cw::controller::certificates {
namespace {

// Of one Certificate: more than any limit, so that regular renewals do not push out what counts.
constexpr std::size_t kMaxKept = 256;

}  // namespace

Reissues recent_reissues(const ReissueMemory& memory, const api::Certificate& certificate, TimePoint now) {
  const auto& metadata = certificate.metadata;
  const auto known = memory.find(kube::key_of(metadata), static_cast<std::uint64_t>(metadata.generation));
  if (!known || known->certificate_uid != metadata.uid) return {};
  Reissues recent;
  // Of the future: the clock was set back.
  std::copy_if(known->reissues.begin(), known->reissues.end(), std::back_inserter(recent),
               [&](const Reissue& reissue) { return reissue.at + kReissueSpan > now && reissue.at <= now; });
  return recent;
}

void keep_reissue(ReissueMemory& memory, const api::Certificate& certificate, Reissue reissue) {
  const auto key = kube::key_of(certificate.metadata);
  if (reissue.reason == kManuallyTriggered) {
    memory.forget(key);
    return;
  }
  auto known = std::make_shared<KnownReissues>();
  known->certificate_uid = certificate.metadata.uid;
  known->reissues = recent_reissues(memory, certificate, reissue.at);
  if (known->reissues.size() >= kMaxKept) known->reissues.erase(known->reissues.begin());
  known->reissues.push_back(std::move(reissue));
  memory.keep(key, static_cast<std::uint64_t>(certificate.metadata.generation), std::move(known));
}

}  // namespace cw::controller::certificates
