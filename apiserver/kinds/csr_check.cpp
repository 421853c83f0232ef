#include "apiserver/kinds/csr_check.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "lib/base/encoding.h"
#include "lib/base/split.h"
#include "lib/pki/certificate.h"
#include "lib/pki/csr.h"

namespace cw::apiserver {
namespace {

constexpr int kShortest = 600;  // seconds
constexpr std::size_t kMaxDomain = 253;

// Sorted, as kube-apiserver lists them.
const std::vector<std::string> kUsages{"any",
                                       "cert sign",
                                       "client auth",
                                       "code signing",
                                       "content commitment",
                                       "crl sign",
                                       "data encipherment",
                                       "decipher only",
                                       "digital signature",
                                       "email protection",
                                       "encipher only",
                                       "ipsec end system",
                                       "ipsec tunnel",
                                       "ipsec user",
                                       "key agreement",
                                       "key encipherment",
                                       "microsoft sgc",
                                       "netscape sgc",
                                       "ocsp signing",
                                       "s/mime",
                                       "server auth",
                                       "signing",
                                       "timestamping"};

std::string bytes_member(const Json& object, std::string_view name) {
  return decode_base64(text_member(object, name)).value_or("");
}

void check_request(FieldErrors& errors, const Json& spec) {
  const auto refuse = [&](std::string why) {
    const Json* request = find_member(spec, "request");
    errors.push_back(kube::invalid(FieldPath("spec").child("request"), shown_json(request), std::move(why)));
  };
  const std::string pem = bytes_member(spec, "request");
  const auto block = pki::PemReader(pem).next();
  if (!block || block->type != "CERTIFICATE REQUEST") {
    return refuse("PEM block type must be CERTIFICATE REQUEST");
  }
  const Result<pki::Csr> csr = pki::Csr::parse_der(block->bytes);
  if (!csr) return refuse(csr.error().message);
  if (const Status signed_by_key = csr->verify_signature(); !signed_by_key) {
    refuse(signed_by_key.error().message);
  }
}

void check_usages(FieldErrors& errors, const Json& spec) {
  const FieldPath at = FieldPath("spec").child("usages");
  const Json& usages = array_member(spec, "usages");
  if (usages.empty()) errors.push_back(kube::required(at, ""));
  for (std::size_t i = 0; i < usages.size(); ++i) {
    check_choice(errors, at.index(i), usages[i].get<std::string>(), kUsages);
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < usages.size(); ++i) {
    const auto usage = usages[i].get<std::string>();
    if (!seen.insert(usage).second) errors.push_back(kube::duplicate(at.index(i), kube::quoted(usage)));
  }
}

void check_signer(FieldErrors& errors, const std::string& signer) {
  const FieldPath at = FieldPath("spec").child("signerName");
  const auto refuse = [&](const std::string& value, std::string why) {
    errors.push_back(kube::invalid(at, kube::quoted(value), std::move(why)));
  };
  if (signer == "kubernetes.io/legacy-unknown") {
    return refuse(signer, "the legacy signerName is not allowed via this API version");
  }
  if (signer.empty()) {
    errors.push_back(kube::required(at, ""));
    return;
  }
  const std::size_t slash = signer.find('/');
  if (slash == std::string::npos || signer.find('/', slash + 1) != std::string::npos) {
    return refuse(signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  }
  const std::string domain = signer.substr(0, slash);
  const std::string path = signer.substr(slash + 1);
  if (domain.size() > kMaxDomain) errors.push_back(kube::too_long(at, kMaxDomain));
  const auto labels = split(domain, ".");
  // Of the first bad label alone.
  for (const std::string_view label : labels) {
    const auto problems = kube::label_problems(label);
    for (const std::string& problem : problems) {
      refuse(domain, "validating label " + kube::quoted(label) + ": " + problem);
    }
    if (!problems.empty()) break;
  }
  if (labels.size() < 2) refuse(domain, "should be a domain with at least two segments separated by dots");
  for (const std::string_view label : split(path, ".")) {
    const auto problems = kube::subdomain_problems(label);
    for (const std::string& problem : problems) {
      refuse(path, "validating label " + kube::quoted(label) + ": " + problem);
    }
    if (!problems.empty()) break;
  }
  // As long as the longest domain and the longest name can be.
  constexpr std::size_t kMaxSigner = 253 + 63 + 253 + 2;
  if (signer.size() > kMaxSigner) errors.push_back(kube::too_long(at, kMaxSigner));
}

std::optional<std::string> certificate_problem(const std::string& pem) {
  if (pem.empty()) return std::nullopt;
  pki::PemReader reader(pem);
  bool any = false;
  while (const auto block = reader.next()) {
    if (block->type != "CERTIFICATE") {
      return "only CERTIFICATE PEM blocks are allowed, found " + kube::quoted(block->type);
    }
    if (block->has_headers) return "no PEM block headers are permitted";
    if (!pki::Certificate::parse_der(block->bytes)) return "x509: malformed certificate";
    any = true;
  }
  if (!any) return "must contain at least one CERTIFICATE PEM block";
  return std::nullopt;
}

void check_condition_status(FieldErrors& errors, const FieldPath& at, const Json& condition) {
  const std::string type = text_member(condition, "type");
  const std::string status = text_member(condition, "status");
  if (type.empty()) errors.push_back(kube::required(at.child("type"), ""));
  if (status.empty()) errors.push_back(kube::required(at.child("status"), ""));
  const bool true_only = type == kApproved || type == kDenied || type == kFailed;
  check_choice(
      errors, at.child("status"), status,
      true_only ? std::vector<std::string>{"True"} : std::vector<std::string>{"False", "True", "Unknown"});
}

bool has_duplicate_type(const Json& conditions) {
  std::set<std::string> seen;
  return std::any_of(conditions.begin(), conditions.end(), [&](const Json& condition) {
    return !seen.insert(text_member(condition, "type")).second;
  });
}

const Json& conditions_of(const Json& csr) {
  return array_member(object_member(csr, "status"), "conditions");
}

void check_conditions(FieldErrors& errors, const Json& csr, const Json* old) {
  const FieldPath at = FieldPath("status").child("conditions");
  const Json& conditions = conditions_of(csr);
  const bool any_both = old != nullptr && find_condition(conditions_of(*old), kApproved) != nullptr &&
                        find_condition(conditions_of(*old), kDenied) != nullptr;
  const bool any_duplicate = old != nullptr && has_duplicate_type(conditions_of(*old));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    check_condition_status(errors, at.index(i), conditions[i]);
    const std::string type = text_member(conditions[i], "type");
    const bool contradicts = (type == kApproved && seen.contains(std::string(kDenied))) ||
                             (type == kDenied && seen.contains(std::string(kApproved)));
    if (contradicts && !any_both) {
      errors.push_back(
          kube::invalid(at, kube::quoted(type), "Approved and Denied conditions are mutually exclusive"));
    }
    if (!seen.insert(type).second && !any_duplicate) {
      errors.push_back(kube::duplicate(at.index(i).child("type"), kube::quoted(type)));
    }
  }
}

void check_certificate(FieldErrors& errors, const Json& csr, const Json* old) {
  const std::string pem = bytes_member(object_member(csr, "status"), "certificate");
  const std::string before =
      old != nullptr ? bytes_member(object_member(*old, "status"), "certificate") : std::string();
  if (old != nullptr && (pem == before || certificate_problem(before))) return;
  if (auto why = certificate_problem(pem)) {
    errors.push_back(
        kube::invalid(FieldPath("status").child("certificate"), kube::quoted("<certificate data>"), *why));
  }
}

std::vector<Json> conditions_of_type(const Json& csr, std::string_view type) {
  std::vector<Json> found;
  for (const Json& condition : conditions_of(csr)) {
    if (text_member(condition, "type") == type) found.push_back(condition);
  }
  return found;
}

// Decisions are not taken back, and only the approval subresource makes them.
void check_decisions(FieldErrors& errors, const Json& next, const Json& old, ObjectPart part) {
  const FieldPath at = FieldPath("status").child("conditions");
  const auto refuse = [&](const char* what, std::string_view type) {
    errors.push_back(kube::forbidden(
        at, "updates may not " + std::string(what) + " a condition of type " + kube::quoted(type)));
  };
  for (const std::string_view type : {kApproved, kDenied, kFailed}) {
    if (conditions_of_type(next, type).size() < conditions_of_type(old, type).size()) refuse("remove", type);
  }
  if (part == ObjectPart::Approval) return;
  for (const std::string_view type : {kApproved, kDenied}) {
    const auto before = conditions_of_type(old, type);
    const auto after = conditions_of_type(next, type);
    if (after.size() > before.size()) refuse("add", type);
    if (after.size() == before.size() && after != before) refuse("modify", type);
  }
}

void check_certificate_change(FieldErrors& errors, const Json& next, const Json& old, ObjectPart part) {
  const std::string before = text_at(old, {"status", "certificate"});
  if (text_at(next, {"status", "certificate"}) == before) return;
  const FieldPath at = FieldPath("status").child("certificate");
  if (part != ObjectPart::Status) {
    errors.push_back(kube::forbidden(at, "updates may not set certificate content"));
  } else if (!before.empty()) {
    errors.push_back(kube::forbidden(at, "updates may not modify existing certificate content"));
  }
}

}  // namespace

FieldErrors check_new_csr(const Json& csr) {
  const Json& spec = object_member(csr, "spec");
  FieldErrors errors;
  check_request(errors, spec);
  check_usages(errors, spec);
  check_signer(errors, text_member(spec, "signerName"));
  const Json* seconds = find_member(spec, "expirationSeconds");
  if (seconds != nullptr && seconds->get<std::int64_t>() < kShortest) {
    errors.push_back(kube::invalid(FieldPath("spec").child("expirationSeconds"), seconds->dump(),
                                   "may not specify a duration less than 600 seconds (10 minutes)"));
  }
  check_conditions(errors, csr, nullptr);
  check_certificate(errors, csr, nullptr);
  return errors;
}

FieldErrors check_changed_csr(const Json& next, const Json& old, ObjectPart part) {
  // The spec is what was checked when it was made.
  FieldErrors errors;
  check_conditions(errors, next, &old);
  check_certificate(errors, next, &old);
  check_decisions(errors, next, old, part);
  check_certificate_change(errors, next, old, part);
  return errors;
}

}  // namespace cw::apiserver
