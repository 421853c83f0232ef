// The subject alternative name extension, RFC 5280 §4.2.1.6.
#include "lib/base/encoding.h"
#include "lib/pki/der.h"
#include "lib/pki/der_string.h"
#include "lib/pki/extensions.h"
#include "lib/pki/uri.h"

namespace cw::pki {
namespace {

constexpr unsigned kOtherNameTag = 0;
constexpr unsigned kEmailTag = 1;
constexpr unsigned kDnsTag = 2;
constexpr unsigned kUriTag = 6;
constexpr unsigned kIpTag = 7;
constexpr unsigned kLastTag = 8;

Status check_ascii(std::string_view name, std::string_view what) {
  if (der::is_ascii(name)) return Done{};
  return Error{Code::Invalid, std::string(what) + " " + der::shown(name) + " is not ASCII"};
}

Result<std::string> encode_names(unsigned tag, const std::vector<std::string>& names, std::string_view what) {
  std::string out;
  for (const std::string& name : names) {
    TRY(check_ascii(name, what));
    out += der::element(der::primitive(tag), name);
  }
  return out;
}

Result<std::string> encode_other_name(const OtherName& name) {
  if (!name.utf8_value || name.utf8_value->empty() || !is_valid_utf8(*name.utf8_value)) {
    return Error{Code::Invalid, "otherName " + name.type_id + " has no UTF-8 value"};
  }
  const std::string value = der::element(der::kUtf8String, *name.utf8_value);
  return der::element(der::constructed(kOtherNameTag),
                      TRY(der::encode_oid(name.type_id)) + der::element(der::constructed(0), value));
}

Result<OtherName> decode_other_name(std::string_view content) {
  der::Reader reader(content);
  OtherName name;
  name.type_id = TRY(der::decode_oid(TRY(reader.content(der::kOid, "otherName type"))));
  der::Reader value = TRY(reader.enter(der::constructed(0), "otherName value"));
  TRY(reader.expect_end("otherName"));
  const der::Element inner = TRY(value.element("otherName value"));
  TRY(value.expect_end("otherName value"));
  name.value_der = inner.whole;
  if (inner.tag != der::kUtf8String) return name;
  name.utf8_value = TRY(der::decode_character_string(inner));
  return name;
}

Result<std::string> ascii_name(std::string_view content, std::string_view what) {
  TRY(check_ascii(content, what));
  return std::string(content);
}

Result<std::string> uri_name(std::string_view content) {
  std::string uri = TRY(ascii_name(content, "URI"));
  TRY(check_uri(uri));
  return uri;
}

Result<IpAddress> ip_name(std::string_view content) {
  if (content.size() == 4 || content.size() == 16) return IpAddress{std::string(content)};
  return Error{Code::Invalid, "IP address of " + std::to_string(content.size()) + " bytes"};
}

Status take_name(SubjectAltNames& names, const der::Element& name) {
  switch (name.tag) {
    case der::primitive(kDnsTag):
      names.dns_names.push_back(TRY(ascii_name(name.content, "DNS name")));
      return Done{};
    case der::primitive(kEmailTag):
      names.email_addresses.push_back(TRY(ascii_name(name.content, "email address")));
      return Done{};
    case der::primitive(kUriTag):
      names.uris.push_back(TRY(uri_name(name.content)));
      return Done{};
    case der::primitive(kIpTag):
      names.ip_addresses.push_back(TRY(ip_name(name.content)));
      return Done{};
    case der::constructed(kOtherNameTag):
      names.other_names.push_back(TRY(decode_other_name(name.content)));
      return Done{};
    default:
      break;
  }
  const bool context_specific = (name.tag & 0xC0U) == 0x80U;
  if (context_specific && (name.tag & 0x1FU) <= kLastTag) return Done{};
  return Error{Code::Invalid, "subject alternative name of an unknown kind"};
}

}  // namespace

bool SubjectAltNames::empty() const {
  return dns_names.empty() && email_addresses.empty() && ip_addresses.empty() && uris.empty() &&
         other_names.empty();
}

Result<std::string> encode_subject_alt_names(const SubjectAltNames& names) {
  std::string content = TRY(encode_names(kDnsTag, names.dns_names, "DNS name"));
  content += TRY(encode_names(kEmailTag, names.email_addresses, "email address"));
  for (const IpAddress& address : names.ip_addresses) {
    content += der::element(der::primitive(kIpTag), address.bytes);
  }
  content += TRY(encode_names(kUriTag, names.uris, "URI"));
  for (const OtherName& name : names.other_names) content += TRY(encode_other_name(name));
  return der::sequence(content);
}

Result<SubjectAltNames> decode_subject_alt_names(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "subject alternative names")));
  SubjectAltNames names;
  while (!reader.at_end()) TRY(take_name(names, TRY(reader.element("subject alternative name"))));
  return names;
}

}  // namespace cw::pki
