#include "tests/unit/gate/gate_scene.h"

#include "lib/api/names.h"
#include "lib/issuance/csr_template.h"
#include "lib/pki/csr.h"
#include "lib/pki/private_key.h"

namespace cw::test {
namespace {

const pki::PrivateKey& some_key() {
  static const pki::PrivateKey kKey =
      *pki::PrivateKey::generate(*issuance::key_spec(certificate_of({"a.b"}).spec));
  return kKey;
}

}  // namespace

api::Certificate certificate_of(std::vector<std::string> dns_names, const std::string& name) {
  api::Certificate certificate;
  certificate.metadata.name = name;
  certificate.metadata.name_space = "team";
  certificate.spec.secret_name = name + "-tls";
  certificate.spec.issuer_ref = {"corp", "", ""};
  certificate.spec.dns_names = kube::List<std::string>(std::move(dns_names));
  certificate.spec.private_key.emplace().algorithm = "ECDSA";
  return certificate;
}

api::CertificateRequest request_for(const std::vector<std::string>& dns_names, const std::string& user) {
  api::CertificateRequest request;
  request.metadata.name = "web-1";
  request.metadata.name_space = "team";
  request.spec.issuer_ref = {"corp", "", ""};
  request.spec.username = user;
  const auto csr_template = issuance::csr_template(certificate_of(dns_names).spec);
  const auto csr = pki::Csr::build(*csr_template, some_key());
  request.spec.request = kube::Bytes(csr->to_pem());
  return request;
}

api::CertificateRequest approved(api::CertificateRequest request) {
  auto& condition = request.status.conditions.emplace_back();
  condition.type = std::string(api::kApproved);
  condition.status = std::string(kube::kConditionTrue);
  return request;
}

std::vector<std::string> rules_of(const webhook::GateFindings& findings) {
  std::vector<std::string> rules;
  for (const kube::FieldError& error : findings.errors) rules.emplace_back(error.rule);
  return rules;
}

bool has_warning(const webhook::GateFindings& findings, const std::string& part) {
  for (const std::string& warning : findings.warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace cw::test
