// The PKCS#10 request inside a CertificateRequest: it can be read, is signed by its own key, and what it asks
// for is what isCA and usages say. Each check needs what the one before has proved, so the first fault is the
// only one.
#include "lib/issuance/usages.h"
#include "lib/pki/csr.h"
#include "webhook/rules/certificate_request_parts.h"
#include "webhook/rules/shown.h"

namespace cw::webhook {
namespace {

using api::CertificateRequestSpec;
using issuance::IsCa;
using kube::FieldErrors;
using kube::FieldPath;

constexpr std::size_t kShownWhole = 100;
constexpr std::size_t kShownOfLonger = 97;

std::string shown_request(const CertificateRequestSpec& spec) {
  const std::string& pem = spec.request.text();
  return kube::quoted(pem.size() <= kShownWhole ? pem : pem.substr(0, kShownOfLonger) + "...");
}

FieldErrors refuse(const CertificateRequestSpec& spec, const FieldPath& at, std::string why) {
  return {kube::invalid(at.child("request"), shown_request(spec), std::move(why))};
}

// What is known before the request is decoded.
struct Encoded {
  const CertificateRequestSpec& spec;
  const pki::PemLimits& limits;
  const std::optional<pki::PemBlock>& block;
};

FieldErrors request_is_given(const Encoded& encoded, const FieldPath& at) {
  if (!encoded.spec.request.empty()) return {};
  return {kube::required(at.child("request"), "give a PKCS#10 certificate request in PEM")};
}

FieldErrors usages_are_known(const Encoded& encoded, const FieldPath& at) {
  const std::vector<std::string> unknown = issuance::unknown_usages(encoded.spec.usages.items());
  if (unknown.empty()) return {};
  return {kube::invalid(at.child("usages"), shown(encoded.spec.usages),
                        "unknown usages: " + quoted_list(unknown))};
}

FieldErrors request_fits(const Encoded& encoded, const FieldPath& at) {
  const Status fits =
      pki::check_pem_size(encoded.spec.request.text(), encoded.limits.certificate, "the request");
  return fits ? FieldErrors() : refuse(encoded.spec, at, fits.error().message);
}

FieldErrors request_is_pem(const Encoded& encoded, const FieldPath& at) {
  if (encoded.block) return {};
  return refuse(encoded.spec, at, "holds no PEM block");
}

constexpr Rule<Encoded> kEncoded[] = {
    {"certificateRequest.request.required", "CRQ-04; validation/certificaterequest.go", request_is_given},
    {"certificateRequest.usages.known", "CRQ-05; validation/certificaterequest.go", usages_are_known},
    {"certificateRequest.request.size", "CRQ-06; internal/pem", request_fits},
    {"certificateRequest.request.pem", "CRQ-07; pki DecodeX509CertificateRequestBytes", request_is_pem},
};

struct Decoded {
  const CertificateRequestSpec& spec;
  const Result<pki::Csr>& csr;
};

FieldErrors request_decodes(const Decoded& decoded, const FieldPath& at) {
  return decoded.csr ? FieldErrors() : refuse(decoded.spec, at, decoded.csr.error().message);
}

FieldErrors request_is_signed(const Decoded& decoded, const FieldPath& at) {
  const Status verified = decoded.csr->verify_signature();
  return verified ? FieldErrors() : refuse(decoded.spec, at, verified.error().message);
}

FieldErrors extensions_decode(const Decoded& decoded, const FieldPath& at) {
  const pki::Csr& csr = *decoded.csr;
  std::string why;
  if (const auto found = csr.basic_constraints(); !found) why = found.error().message;
  if (const auto found = csr.name_constraints(); !found) why = found.error().message;
  if (const auto found = csr.key_usage(); !found) why = found.error().message;
  if (const auto found = csr.extended_key_usages(); !found) why = found.error().message;
  return why.empty() ? FieldErrors() : refuse(decoded.spec, at, why);
}

std::string_view text_of(bool value) { return value ? "true" : "false"; }

FieldErrors ca_flag_agrees(const Decoded& decoded, const FieldPath& at) {
  const auto found = decoded.csr->basic_constraints();
  if (!found || !*found || (*found)->is_ca == decoded.spec.is_ca) return {};
  return refuse(decoded.spec, at,
                std::string("asks for a certificate with CA ")
                    .append(text_of((*found)->is_ca))
                    .append(", but spec.isCA is ")
                    .append(text_of(decoded.spec.is_ca)));
}

// Both nullopt if the request speaks of no usage at all; then spec.usages alone counts.
struct AskedUsages {
  std::optional<pki::KeyUsage> key_usage;
  std::optional<std::vector<std::string>> extended;
  bool any() const { return key_usage || extended; }
};

AskedUsages asked_usages(const pki::Csr& csr) {
  AskedUsages asked;
  if (auto found = csr.key_usage()) asked.key_usage = *found;
  if (auto found = csr.extended_key_usages()) asked.extended = *found;
  return asked;
}

FieldErrors key_usages_agree(const Decoded& decoded, const FieldPath& at) {
  const AskedUsages asked = asked_usages(*decoded.csr);
  const auto expected =
      issuance::expected_usages(decoded.spec.usages.items(), decoded.spec.is_ca ? IsCa::Yes : IsCa::No);
  if (!asked.any() || !expected) return {};
  const pki::KeyUsage bits = asked.key_usage.value_or(0);
  if (bits == expected->key_usage) return {};
  return refuse(decoded.spec, at,
                "asks for the key usages [" + quoted_list(issuance::key_usage_names(bits)) +
                    "], but spec.usages and isCA mean [" +
                    quoted_list(issuance::key_usage_names(expected->key_usage)) + "]");
}

FieldErrors extended_usages_agree(const Decoded& decoded, const FieldPath& at) {
  const AskedUsages asked = asked_usages(*decoded.csr);
  const auto expected =
      issuance::expected_usages(decoded.spec.usages.items(), decoded.spec.is_ca ? IsCa::Yes : IsCa::No);
  if (!asked.any() || !expected) return {};
  const auto known =
      issuance::recognised_extended_usages(asked.extended.value_or(std::vector<std::string>()));
  if (known == expected->extended) return {};
  return refuse(decoded.spec, at,
                "asks for the extended key usages [" + quoted_list(issuance::extended_usage_names(known)) +
                    "], but spec.usages means [" +
                    quoted_list(issuance::extended_usage_names(expected->extended)) + "], in this order");
}

constexpr Rule<Decoded> kDecoded[] = {
    {"certificateRequest.request.decode", "CRQ-08; Go crypto/x509 ParseCertificateRequest", request_decodes},
    {"certificateRequest.request.signature", "CRQ-09; Go crypto/x509 CheckSignature", request_is_signed},
    {"certificateRequest.request.extensions", "CRQ-10; pki CertificateTemplateFromCSR", extensions_decode},
    {"certificateRequest.request.isCA", "CRQ-11; pki CertificateTemplateFromCSR", ca_flag_agrees},
    {"certificateRequest.request.keyUsages", "CRQ-12; pki CertificateTemplateFromCSR", key_usages_agree},
    {"certificateRequest.request.extendedKeyUsages", "CRQ-13; pki CertificateTemplateFromCSR",
     extended_usages_agree},
};

std::optional<pki::PemBlock> first_block(const CertificateRequestSpec& spec, const pki::PemLimits& limits) {
  if (spec.request.size() > limits.certificate) return std::nullopt;
  return pki::PemReader(spec.request.text()).next();
}

}  // namespace

FieldErrors check_csr(const CertificateRequestSpec& spec, const FieldPath& at, const RuleOptions& options) {
  const std::optional<pki::PemBlock> block = first_block(spec, options.pem_limits);
  FieldErrors errors = run_until_error<Encoded>(kEncoded, Encoded{spec, options.pem_limits, block}, at);
  if (!errors.empty()) return errors;
  const Result<pki::Csr> csr = pki::Csr::parse_der(block->bytes);
  return run_until_error<Decoded>(kDecoded, Decoded{spec, csr}, at);
}

void list_csr_rules(RuleList& into) {
  list_rows(into, kEncoded);
  list_rows(into, kDecoded);
}

}  // namespace cw::webhook
