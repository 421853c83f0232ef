// What changes about renewal when the issuer is an ACME server: it may say when to renew (RFC 9773), and what
// lives for days only is renewed at half of its life (the server's clients are asked to). Pure.
// Source: reference/controllers.md 1.10.
#pragma once

#include <functional>
#include <optional>

#include "lib/api/certificate.h"
#include "lib/base/clock.h"

namespace cw::controller::certificates {

struct View;

// What the server said last about the certificate that begins at `not_before`.
struct RenewalNews {
  TimePoint not_before;
  std::optional<api::CertificateAcmeRenewalInfo> info;  // nullopt: it gives no such information
};

struct AcmeRenewal {
  bool asks = false;                     // the issuer is to be asked (spec.acme.renewalInformationSource)
  std::optional<RenewalNews> news = {};  // may be in the status already
};

// nullopt: the issuer is no ACME server, or is not known. Thread-safe.
using FindAcmeRenewal = std::function<std::optional<AcmeRenewal>(const api::Certificate&)>;
// Asks the server about the Certificate's certificate some time soon; its pass is run again with the news.
using AskAboutRenewal = std::function<void(const kube::ObjectKey&)>;
// What was said about the Certificate's certificate is no longer about the one in the Secret.
using ForgetRenewalNews = std::function<void(const kube::ObjectKey&)>;

// Puts into the status what is news, and takes out what is no longer true.
void learn_about_renewal(View&);

// The moment within the server's window; nullopt: it suggests none for this certificate. The same in every
// process, spread evenly over the window for different Certificates.
std::optional<TimePoint> suggested_renewal(const View&);

struct RenewalQuestion {
  bool ask = false;                          // now
  std::optional<TimePoint> look_again = {};  // it will be due then
};
RenewalQuestion renewal_question(const View&, TimePoint now);

}  // namespace cw::controller::certificates
