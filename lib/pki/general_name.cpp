#include "lib/pki/general_name.h"

#include "lib/base/encoding.h"
#include "lib/pki/der_string.h"
#include "lib/pki/der_time.h"
#include "lib/pki/uri.h"

namespace cw::pki {
namespace {

constexpr unsigned kOtherName = 0;
constexpr unsigned kEmail = 1;
constexpr unsigned kDns = 2;
constexpr unsigned kX400Address = 3;
constexpr unsigned kDirectoryName = 4;
constexpr unsigned kEdiPartyName = 5;
constexpr unsigned kUri = 6;
constexpr unsigned kIpAddress = 7;
constexpr unsigned kRegisteredId = 8;

unsigned number_of(der::Tag tag) { return tag & 0x1FU; }
bool is_context_specific(der::Tag tag) { return (tag & 0xC0U) == 0x80U; }

Error malformed(std::string_view what) { return {Code::Invalid, "malformed " + std::string(what)}; }

Result<std::string> ascii(std::string_view content, std::string_view what) {
  if (der::is_ascii(content)) return std::string(content);
  return Error{Code::Invalid, std::string(what) + " " + der::shown(content) + " is not ASCII"};
}

// Types that are no text are checked as Go checks them.
Status check_value(const der::Element& value) {
  switch (value.tag) {
    case der::kBoolean:
      TRY(der::decode_boolean(value.content));
      return Done{};
    case der::kInteger:
      TRY(der::decode_small_integer(value.content));
      return Done{};
    case der::kBitString:
      TRY(der::decode_bit_string(value.content));
      return Done{};
    case der::kOid:
      TRY(der::decode_oid(value.content));
      return Done{};
    case der::kUtcTime:
    case der::kGeneralizedTime:
      TRY(der::decode_time(value));
      return Done{};
    default:
      return Done{};
  }
}

// AttributeTypeAndValue; like Go, what is behind the two is passed over.
Result<RequestedValue> read_attribute(std::string_view content) {
  der::Reader attribute(content);
  RequestedValue found;
  found.type = TRY(der::decode_oid(TRY(attribute.content(der::kOid, "attribute type of a name"))));
  const der::Element value = TRY(attribute.element("attribute value of a name"));
  TRY(check_value(value));
  found.text = TRY(der::decode_character_string(value));
  found.der = value.whole;
  return found;
}

bool is_other_name_text(der::Tag tag) {
  return tag == der::kUtf8String || tag == der::kPrintableString || tag == der::kIa5String ||
         tag == der::kT61String;
}

// [0] { value }. Two values are none of the DER that a reader expects: shown whole, so that no pattern for
// the first lets the second pass.
void read_other_value(const der::Element& wrapper, RequestedValue& into) {
  into.der = wrapper.whole;
  der::Reader reader(wrapper.content);
  const auto inner = reader.element("otherName value");
  if (!inner || !reader.at_end()) return;
  into.der = inner->whole;
  if (is_other_name_text(inner->tag) && is_valid_utf8(inner->content)) into.text = inner->content;
}

Result<RequestedValue> read_other_name(const der::Element& name) {
  if (name.tag != der::constructed(kOtherName)) return malformed("otherName");
  der::Reader reader(name.content);
  RequestedValue found;
  found.type = TRY(der::decode_oid(TRY(reader.content(der::kOid, "otherName type"))));
  const der::Element wrapper = TRY(reader.element("otherName value"));
  if (wrapper.tag != der::constructed(0) || wrapper.content.empty()) return malformed("otherName value");
  read_other_value(wrapper, found);
  return found;
}

Status check_printable(std::string_view content) {
  TRY(der::decode_character_string({der::kPrintableString, content, content}));
  return Done{};
}

// nameAssigner [0] OPTIONAL, partyName [1], both taken as PrintableStrings.
Status check_edi_party(const der::Element& name) {
  if (name.tag != der::constructed(kEdiPartyName)) return malformed("ediPartyName");
  der::Reader reader(name.content);
  if (reader.next_is(der::primitive(0))) {
    TRY(check_printable(TRY(reader.content(der::primitive(0), "ediPartyName"))));
  }
  return check_printable(TRY(reader.content(der::primitive(1), "ediPartyName")));
}

// cert-manager's decoder tags the name implicitly, which a Name as RFC 5280 has it does not fit.
Status check_directory_name(const der::Element& name) {
  if (name.tag != der::constructed(kDirectoryName)) return malformed("directoryName");
  TRY(read_distinguished_name(name.content));
  return Done{};
}

Status check_registered_id(const der::Element& name) {
  if (name.tag != der::primitive(kRegisteredId)) return malformed("registeredID");
  TRY(der::decode_oid(name.content));
  return Done{};
}

// Go passes over the four kinds where they are constructed, but OpenSSL puts such pieces together and reads a
// name: stricter than the field here.
Status check_common_name(const der::Element& name) {
  if (is_context_specific(name.tag) && der::is_constructed(name.tag)) {
    return Error{Code::Invalid, "a name in pieces, which is not DER"};
  }
  if (number_of(name.tag) == kIpAddress) {
    if (name.content.size() == 4 || name.content.size() == 16) return Done{};
    return Error{Code::Invalid, "IP address of " + std::to_string(name.content.size()) + " bytes"};
  }
  TRY(ascii(name.content, "name"));
  return Done{};
}

}  // namespace

Result<std::vector<RequestedValue>> read_distinguished_name(std::string_view content) {
  std::vector<RequestedValue> found;
  der::Reader name(content);
  while (!name.at_end()) {
    der::Reader set = TRY(name.enter(der::kSet, "part of a name"));
    while (!set.at_end()) {
      found.push_back(TRY(read_attribute(TRY(set.content(der::kSequence, "attribute of a name")))));
    }
  }
  return found;
}

Status take_common_name(const der::Element& name, RequestedNames& into) {
  switch (name.tag) {
    case der::primitive(kDns):
      into.dns_names.push_back(TRY(ascii(name.content, "DNS name")));
      return Done{};
    case der::primitive(kEmail):
      into.email_addresses.push_back(TRY(ascii(name.content, "email address")));
      return Done{};
    case der::primitive(kUri):
      TRY(ascii(name.content, "URI"));
      TRY(check_uri(name.content));
      into.uris.push_back(text_of_uri(name.content));
      return Done{};
    case der::primitive(kIpAddress):
      TRY(check_common_name(name));
      into.ip_addresses.push_back({std::string(name.content)});
      return Done{};
    default:
      return Done{};
  }
}

// By the number alone, whatever the class: so does cert-manager.
Status take_rare_name(const der::Element& name, RequestedNames& into) {
  switch (number_of(name.tag)) {
    case kOtherName:
      into.other_names.push_back(TRY(read_other_name(name)));
      return Done{};
    case kX400Address:
      into.opaque.push_back(OpaqueKind::X400Address);
      return Done{};
    case kDirectoryName:
      TRY(check_directory_name(name));
      into.opaque.push_back(OpaqueKind::DirectoryName);
      return Done{};
    case kEdiPartyName:
      TRY(check_edi_party(name));
      into.opaque.push_back(OpaqueKind::EdiPartyName);
      return Done{};
    case kRegisteredId:
      TRY(check_registered_id(name));
      into.opaque.push_back(OpaqueKind::RegisteredId);
      return Done{};
    case kEmail:
    case kDns:
    case kUri:
    case kIpAddress:
      return check_common_name(name);
    default:
      return Error{Code::Invalid, "a name of an unknown kind"};
  }
}

}  // namespace cw::pki
