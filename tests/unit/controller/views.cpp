#include "tests/unit/controller/views.h"

#include <array>
#include <map>

#include "lib/api/names.h"
#include "lib/issuance/certificate_template.h"
#include "lib/issuance/csr_template.h"
#include "lib/pki/csr.h"
#include "lib/pki/signer.h"

namespace cw::controller::tests {
namespace {

using std::chrono::hours;
constexpr hours kDay{24};

kube::Condition condition_of(std::string_view type, std::string_view status, std::string_view reason) {
  return {.type = std::string(type),
          .status = std::string(status),
          .last_transition_time = kStart,
          .reason = std::string(reason),
          .message = "why",
          .observed_generation = 1};
}

struct Name {
  std::string operator()(const certs::ConfirmCurrent&) const { return "ConfirmCurrent"; }
  std::string operator()(const certs::ConfirmTarget&) const { return "ConfirmTarget"; }
  std::string operator()(const certs::CreateNextKey&) const { return "CreateNextKey"; }
  std::string operator()(const certs::DeleteNextKey& action) const { return "DeleteNextKey:" + action.name; }
  std::string operator()(const certs::CreateRequest& action) const { return "CreateRequest:" + action.name; }
  std::string operator()(const certs::DeleteRequest& action) const { return "DeleteRequest:" + action.name; }
  std::string operator()(const certs::WriteTarget&) const { return "WriteTarget"; }
  std::string operator()(const certs::WriteTemporary&) const { return "WriteTemporary"; }
  std::string operator()(const certs::RewriteTarget&) const { return "RewriteTarget"; }
  std::string operator()(const certs::WriteStatus&) const { return "WriteStatus"; }
  std::string operator()(const certs::AskRenewalInfo&) const { return "AskRenewalInfo"; }
  std::string operator()(const certs::Announce& action) const { return "Event:" + action.event.reason; }
};

}  // namespace

const pki::PrivateKey& test_key(int which) {
  static std::map<int, pki::PrivateKey> keys;
  const auto found = keys.find(which);
  if (found != keys.end()) return found->second;
  auto made = pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  CW_ASSERT(made.has_value());
  return keys.emplace(which, *std::move(made)).first->second;
}

std::string test_spki(int which) { return test_key(which).public_key().spki_der(); }

api::Certificate test_certificate() {
  api::Certificate certificate;
  certificate.metadata.name = "web";
  certificate.metadata.name_space = "ns";
  certificate.metadata.uid = "uid-web";
  certificate.metadata.resource_version = "100";
  certificate.metadata.generation = 1;
  certificate.metadata.creation_timestamp = kStart;
  certificate.spec.secret_name = "web-tls";
  certificate.spec.dns_names = {"web.example.com"};
  certificate.spec.issuer_ref = {.name = "ca", .kind = "", .group = ""};
  certificate.spec.private_key.emplace().algorithm = "ECDSA";
  return certificate;
}

certs::OwnedRequest test_request(std::int64_t revision) {
  const auto certificate = test_certificate();
  const auto wanted = issuance::csr_template(certificate.spec);
  const auto csr = pki::Csr::build(*wanted, test_key());
  CW_ASSERT(csr.has_value());
  api::CertificateRequest request;
  request.metadata.name = "web-" + std::to_string(revision);
  request.metadata.name_space = "ns";
  request.metadata.uid = "uid-" + request.metadata.name;
  request.metadata.creation_timestamp = kStart;
  request.metadata.annotations.set(api::kCertificateRevisionAnnotation, std::to_string(revision));
  request.spec.issuer_ref = certificate.spec.issuer_ref;
  request.spec.request = kube::Bytes(csr->to_pem());
  return {.object = std::make_shared<const api::CertificateRequest>(std::move(request)),
          .revision = revision,
          .violations = std::vector<std::string>{},
          .key_spki = test_spki()};
}

void set(api::CertificateRequest& request, const std::string& type, const std::string& status,
         const std::string& reason, const std::string& message) {
  auto condition = condition_of(type, status, reason);
  condition.message = message;
  kube::set_condition(request.status.conditions, condition, kStart);
}

certs::View new_view() {
  certs::View view{.certificate = std::make_shared<const api::Certificate>(test_certificate()), .status = {}};
  view.fresh_key_name = "web-fresh";
  return view;
}

certs::View ready_view() {
  auto certificate = test_certificate();
  auto& status = certificate.status;
  status.conditions.push_back(condition_of(api::kReady, kube::kConditionTrue, api::kReady));
  status.revision = 1;
  status.not_before = kStart;
  status.not_after = kStart + 90 * kDay;
  status.renewal_time = kStart + 60 * kDay;
  certs::View view{.certificate = std::make_shared<const api::Certificate>(certificate),
                   .status = certificate.status};
  view.fresh_key_name = "web-fresh";
  view.secret = certs::SecretFacts{.has_key = true,
                                   .has_certificate = true,
                                   .key_problem = {},
                                   .certificate_problem = {},
                                   .key_spki = test_spki(),
                                   .key_violations = {},
                                   .key_matches_certificate = true,
                                   .not_before = kStart,
                                   .not_after = kStart + 90 * kDay,
                                   .certificate_name = "web",
                                   .issuer_name = "ca",
                                   .issuer_kind = "",
                                   .issuer_group = ""};
  auto request = test_request(1);
  change(request.object, [](auto& r) { set(r, "Ready", "True", "Issued"); });
  view.requests = {request};
  return view;
}

certs::View issuing_view() {
  auto certificate = test_certificate();
  certificate.status.conditions.push_back(condition_of(api::kIssuing, kube::kConditionTrue, "DoesNotExist"));
  auto not_ready = condition_of(api::kReady, kube::kConditionFalse, "DoesNotExist");
  not_ready.message = "Secret \"web-tls\" does not exist";
  certificate.status.conditions.push_back(not_ready);
  certificate.status.next_private_key_secret_name = "web-key";
  certs::View view{.certificate = std::make_shared<const api::Certificate>(certificate),
                   .status = certificate.status};
  view.fresh_key_name = "web-fresh";
  view.next_keys = {{.name = "web-key", .uid = "uid-key", .spki = test_spki(), .violations = {}}};
  view.requests = {test_request(1)};
  return view;
}

std::string names_of(const certs::Actions& actions) {
  std::string names;
  for (const auto& action : actions) names += (names.empty() ? "" : " ") + std::visit(Name{}, action);
  return names;
}

const api::CertificateStatus* status_in(const certs::Actions& actions) {
  for (const auto& action : actions) {
    if (const auto* write = std::get_if<certs::WriteStatus>(&action)) return &write->status;
  }
  return nullptr;
}

void answer(certs::View& view) {
  change(view.requests[0].object, [](auto& request) {
    const auto wanted = issuance::certificate_template(request.spec, {}, kStart);
    const auto signed_certificate = pki::self_sign(wanted->certificate, test_key());
    request.status.certificate = kube::Bytes(signed_certificate->to_pem());
    set(request, "Approved", "True", "cert-manager.io");
    set(request, "Ready", "True", "Issued");
  });
}

}  // namespace cw::controller::tests
