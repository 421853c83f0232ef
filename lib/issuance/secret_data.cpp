#include "lib/issuance/secret_data.h"

#include <array>

#include "lib/api/names.h"

namespace cw::issuance {
namespace {

enum class WhenEmpty : unsigned char { Omit, Write };

void add(Annotations& annotations, std::string_view key, const std::string& value, WhenEmpty rule) {
  if (!value.empty() || rule == WhenEmpty::Write) annotations[std::string(key)] = value;
}

void add_list(Annotations& annotations, std::string_view key, const std::vector<std::string>& values,
              WhenEmpty rule) {
  if (!values.empty() || rule == WhenEmpty::Write) annotations[std::string(key)] = csv_record(values);
}

struct SubjectAnnotation {
  std::string_view key;
  std::vector<std::string> pki::SubjectFields::* values;
};
constexpr std::array<SubjectAnnotation, 7> kSubjectAnnotations{{
    {api::kSubjectOrganizationsAnnotation, &pki::SubjectFields::organizations},
    {api::kSubjectOrganizationalUnitsAnnotation, &pki::SubjectFields::organizational_units},
    {api::kSubjectCountriesAnnotation, &pki::SubjectFields::countries},
    {api::kSubjectProvincesAnnotation, &pki::SubjectFields::provinces},
    {api::kSubjectLocalitiesAnnotation, &pki::SubjectFields::localities},
    {api::kSubjectStreetAddressesAnnotation, &pki::SubjectFields::street_addresses},
    {api::kSubjectPostalCodesAnnotation, &pki::SubjectFields::postal_codes},
}};

// Unicode white space, by the UTF-8 of a first character (Go unicode.IsSpace).
bool begins_with_space(std::string_view field) {
  constexpr std::array<std::string_view, 11> kWide{"\xC2\x85",
                                                   "\xC2\xA0",
                                                   "\xE1\x9A\x80",
                                                   "\xE2\x80\xA8",
                                                   "\xE2\x80\xA9",
                                                   "\xE2\x80\xAF",
                                                   "\xE2\x81\x9F",
                                                   "\xE3\x80\x80",
                                                   " ",
                                                   "\t",
                                                   "\v"};
  for (const std::string_view space : kWide) {
    if (field.starts_with(space)) return true;
  }
  if (field.starts_with('\f')) return true;
  const bool quad = field.size() >= 3 && field.starts_with("\xE2\x80");  // U+2000 … U+200A
  return quad && static_cast<unsigned char>(field[2]) >= 0x80 && static_cast<unsigned char>(field[2]) <= 0x8A;
}

bool needs_quotes(std::string_view field) {
  if (field.empty()) return false;
  return field == "\\." || field.find_first_of(",\"\r\n") != std::string_view::npos ||
         begins_with_space(field);
}

std::string quoted_field(std::string_view field) {
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string csv_record(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    out += needs_quotes(fields[i]) ? quoted_field(fields[i]) : fields[i];
  }
  return out;
}

Annotations certificate_annotations(const pki::Certificate& certificate) {
  const pki::SubjectFields subject = pki::subject_fields(certificate.subject());
  const pki::SubjectAltNames& names = certificate.subject_alt_names();
  std::vector<std::string> addresses;
  for (const pki::IpAddress& address : names.ip_addresses) addresses.push_back(pki::text_of(address));
  Annotations out;
  add(out, api::kCommonNameAnnotation, subject.common_name, WhenEmpty::Write);
  add(out, api::kSubjectSerialNumberAnnotation, subject.serial_number, WhenEmpty::Omit);
  for (const SubjectAnnotation& annotation : kSubjectAnnotations) {
    add_list(out, annotation.key, subject.*annotation.values, WhenEmpty::Omit);
  }
  add_list(out, api::kEmailSansAnnotation, names.email_addresses, WhenEmpty::Omit);
  add_list(out, api::kAltNamesAnnotation, names.dns_names, WhenEmpty::Write);
  add_list(out, api::kIpSansAnnotation, addresses, WhenEmpty::Write);
  add_list(out, api::kUriSansAnnotation, names.uris, WhenEmpty::Write);
  return out;
}

}  // namespace cw::issuance
