#include "lib/pki/requested_names.h"

#include <algorithm>

#include "lib/pki/csr_attributes.h"
#include "lib/pki/der.h"
#include "lib/pki/extensions.h"
#include "lib/pki/general_name.h"
#include "lib/pki/name.h"
#include "lib/pki/signature.h"

namespace cw::pki {
namespace {

struct Requests {
  std::vector<std::string> oids;          // of all extensions
  std::optional<std::string_view> names;  // value of the subject alternative names
};

// Extension; like Go, what is behind its members is passed over.
Status take_extension(std::string_view content, Requests& into) {
  der::Reader reader(content);
  into.oids.push_back(TRY(der::decode_oid(TRY(reader.content(der::kOid, "extension identifier")))));
  if (reader.next_is(der::kBoolean)) {
    TRY(der::decode_boolean(TRY(reader.content(der::kBoolean, "extension criticality"))));
  }
  const std::string_view value = TRY(reader.content(der::kOctetString, "extension value"));
  if (into.oids.back() == kSubjectAltNameOid) into.names = value;
  return Done{};
}

// The first value of the attribute, if it is an extension request; nullopt also if it has another shape, as
// for Go.
std::optional<der::Element> first_request(std::string_view content) {
  der::Reader attribute(content);
  const auto type = attribute.content(der::kOid, "attribute type");
  if (!type) return std::nullopt;
  const auto oid = der::decode_oid(*type);
  auto values = attribute.enter(der::kSet, "extension request");
  if (!oid || *oid != kExtensionRequestOid || !values || values->at_end()) return std::nullopt;
  std::optional<der::Element> first;
  while (!values->at_end()) {
    const auto value = values->element("extension request");
    if (!value) return std::nullopt;
    if (!first) first = *value;
  }
  return first;
}

Status take_attribute(std::string_view content, Requests& into) {
  const auto request = first_request(content);
  if (!request) return Done{};
  if (request->tag != der::kSequence) return Error{Code::Invalid, "malformed extension request"};
  der::Reader list(request->content);
  while (!list.at_end()) TRY(take_extension(TRY(list.content(der::kSequence, "extension")), into));
  return Done{};
}

// Each extension once, in all attributes together.
Status check_unique(std::vector<std::string> oids) {
  std::sort(oids.begin(), oids.end());
  const auto twice = std::adjacent_find(oids.begin(), oids.end());
  if (twice == oids.end()) return Done{};
  return Error{Code::Invalid, "extension " + *twice + " is given twice"};
}

// Twice over the same bytes: what Go refuses is an error, what only cert-manager refuses is a finding.
Status take_alt_names(std::string_view bytes, RequestedNames& into) {
  der::Reader outer(bytes);
  const der::Element list = TRY(outer.element(der::kSequence, "subject alternative names"));
  std::vector<der::Element> names;
  der::Reader reader(list.content);
  while (!reader.at_end()) names.push_back(TRY(reader.element("subject alternative name")));
  for (const der::Element& name : names) TRY(take_common_name(name, into));
  if (!outer.at_end()) into.undecodable = "trailing data after the subject alternative names";
  for (const der::Element& name : names) {
    if (!into.undecodable.empty()) break;
    const Status taken = take_rare_name(name, into);
    if (!taken) into.undecodable = taken.error().message;
  }
  return Done{};
}

// `attributes` without their own tag and length.
Result<RequestedNames> read_names(std::string_view raw_subject, std::string_view attributes) {
  RequestedNames names;
  names.subject =
      TRY(read_distinguished_name(TRY(der::whole_content(raw_subject, der::kSequence, "request subject"))));
  Requests requests;
  der::Reader reader(attributes);
  while (!reader.at_end()) {
    const der::Element attribute = TRY(reader.element("request attribute"));
    if (attribute.tag == der::kSequence) TRY(take_attribute(attribute.content, requests));
  }
  TRY(check_unique(std::move(requests.oids)));
  if (requests.names) TRY(take_alt_names(*requests.names, names));
  return names;
}

Result<std::optional<PublicKey>> read_key(std::string_view spki) {
  auto key = PublicKey::parse_spki(spki);
  if (key) return std::optional(std::move(key).value());
  if (key.error().code == Code::NotFound) return std::optional<PublicKey>();
  return std::move(key).error();
}

// CertificationRequestInfo, RFC 2986 §4.1.
Result<Requested> read_info(std::string_view content) {
  der::Reader info(content);
  TRY(der::decode_small_integer(TRY(info.content(der::kInteger, "request version"))));
  const std::string_view subject = TRY(info.element(der::kSequence, "request subject")).whole;
  const std::string_view spki = TRY(info.element(der::kSequence, "public key")).whole;
  const auto attributes = TRY(info.content(der::constructed(0), "request attributes"));
  Result<std::optional<PublicKey>> key = read_key(spki);
  if (!key) return std::move(key).error();
  auto names = TRY(read_names(subject, attributes));
  return Requested{std::move(names), std::move(key).value()};
}

Result<Requested> parse_der(std::string_view bytes) {
  der::Reader outer(TRY(der::whole_content(bytes, der::kSequence, "certificate request")));
  const std::string_view info = TRY(outer.content(der::kSequence, "certificate request"));
  TRY(check_algorithm_identifier(TRY(outer.element(der::kSequence, "request signature algorithm")).whole));
  TRY(der::decode_bit_string(TRY(outer.content(der::kBitString, "request signature"))));
  return read_info(info);
}

}  // namespace

Result<Requested> parse_requested(std::string_view pem, const PemLimits& limits) {
  TRY(check_pem_size(pem, limits.certificate, "certificate request"));
  const auto block = PemReader(pem).next();
  if (!block) return Error{Code::Invalid, "no PEM block found in the certificate request"};
  return parse_der(block->bytes);
}

// Csr::build parses what it has made, as strictly as Csr does, so that is done here too.
Result<RequestedNames> requested_names(const CsrTemplate& wanted) {
  const std::string attributes = TRY(encode_attributes(wanted));
  TRY(parse_name(wanted.raw_subject));
  if (!wanted.subject_alt_names.empty()) {
    TRY(decode_subject_alt_names(TRY(encode_subject_alt_names(wanted.subject_alt_names))));
  }
  return read_names(wanted.raw_subject,
                    TRY(der::whole_content(attributes, der::constructed(0), "request attributes")));
}

}  // namespace cw::pki
