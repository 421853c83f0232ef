// What the answer to the request means for the Certificate. Pure. Source: reference/controllers.md 1.8 B.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "controller/certificates/next_key.h"
#include "controller/certificates/view.h"
#include "lib/base/clock.h"
#include "lib/pki/certificate.h"

namespace cw::controller::certificates {

// Pending: as Wait, and the issuer has said that it is at work.
enum class IssueStep : std::uint8_t { Wait, Pending, Fail, Issue };

struct IssueDecision {
  IssueStep step = IssueStep::Wait;
  std::string reason = {};   // of a failure: from the request, or InvalidCertificate
  std::string message = {};  // of a failure, or what is being waited for; for people; may be empty
  std::optional<pki::Certificate> certificate = {};  // the leaf to be stored
  std::optional<TimePoint> look_again = {};
};

// `request` answers the issuance that is under way (decide_request).
IssueDecision decide_issue(const OwnedRequest& request, const UsableKey&, TimePoint now,
                           const pki::PemLimits& limits = {});

// Says in the Issuing condition what there is to say; `status` is "True" or "False".
struct IssuingText {
  std::string_view status;
  std::string_view reason;
  std::string message;
};
void set_issuing(api::CertificateStatus&, IssuingText, std::int64_t generation, TimePoint now);

// The status of a Certificate whose issuance failed, and of one that got its certificate.
void mark_failed(api::CertificateStatus&, const IssueDecision&, std::int64_t generation, TimePoint now);
void mark_issued(api::CertificateStatus&, std::int64_t revision);

}  // namespace cw::controller::certificates
