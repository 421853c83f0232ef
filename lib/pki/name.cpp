#include "lib/pki/name.h"

#include <algorithm>
#include <array>

#include "lib/pki/der.h"
#include "lib/pki/der_string.h"

namespace cw::pki {
namespace {

// The fields that hold several values, in the order in which Go's pkix.Name.ToRDNSequence writes them.
struct ListField {
  std::string_view oid;
  std::vector<std::string> SubjectFields::* values;
};
constexpr std::array<ListField, 7> kListFields{{
    {"2.5.4.6", &SubjectFields::countries},
    {"2.5.4.8", &SubjectFields::provinces},
    {"2.5.4.7", &SubjectFields::localities},
    {"2.5.4.9", &SubjectFields::street_addresses},
    {"2.5.4.17", &SubjectFields::postal_codes},
    {"2.5.4.10", &SubjectFields::organizations},
    {"2.5.4.11", &SubjectFields::organizational_units},
}};
constexpr std::string_view kSerialNumberOid = "2.5.4.5";

DistinguishedName to_name(const SubjectFields& fields) {
  DistinguishedName name;
  for (const ListField& field : kListFields) {
    RelativeName relative;
    for (const std::string& value : fields.*field.values) relative.push_back({std::string(field.oid), value});
    if (!relative.empty()) name.push_back(std::move(relative));
  }
  if (!fields.common_name.empty()) name.push_back({{std::string(kCommonNameOid), fields.common_name}});
  if (!fields.serial_number.empty()) name.push_back({{std::string(kSerialNumberOid), fields.serial_number}});
  return name;
}

Result<std::string> encode_attribute(const NameAttribute& attribute) {
  return der::sequence(TRY(der::encode_oid(attribute.type)) + TRY(der::character_string(attribute.value)));
}

// X.690 §11.6: the members of a SET OF are sorted by their encodings.
Result<std::string> encode_relative(const RelativeName& relative) {
  std::vector<std::string> encoded;
  for (const NameAttribute& attribute : relative) encoded.push_back(TRY(encode_attribute(attribute)));
  std::sort(encoded.begin(), encoded.end());
  std::string content;
  for (const std::string& attribute : encoded) content += attribute;
  return der::element(der::kSet, content);
}

Result<NameAttribute> parse_attribute(der::Reader& set) {
  der::Reader attribute = TRY(set.enter(der::kSequence, "attribute of a name"));
  NameAttribute found;
  found.type = TRY(der::decode_oid(TRY(attribute.content(der::kOid, "attribute type of a name"))));
  const der::Element value = TRY(attribute.element("attribute value of a name"));
  auto text = TRY(der::decode_character_string(value));
  if (!text) return Error{Code::Invalid, "attribute value of a name is not a character string"};
  found.value = *std::move(text);
  TRY(attribute.expect_end("attribute of a name"));
  return found;
}

void take_attribute(SubjectFields& fields, const NameAttribute& attribute) {
  if (attribute.type == kCommonNameOid) fields.common_name = attribute.value;
  if (attribute.type == kSerialNumberOid) fields.serial_number = attribute.value;
  for (const ListField& field : kListFields) {
    if (field.oid == attribute.type) (fields.*field.values).push_back(attribute.value);
  }
}

}  // namespace

Result<std::string> encode_subject(const SubjectFields& fields) { return encode_name(to_name(fields)); }

Result<std::string> encode_name(const DistinguishedName& name) {
  std::string content;
  for (const RelativeName& relative : name) content += TRY(encode_relative(relative));
  return der::sequence(content);
}

Result<DistinguishedName> parse_name(std::string_view bytes) {
  der::Reader name(TRY(der::whole_content(bytes, der::kSequence, "name")));
  DistinguishedName found;
  while (!name.at_end()) {
    der::Reader set = TRY(name.enter(der::kSet, "part of a name"));
    RelativeName& relative = found.emplace_back();
    while (!set.at_end()) relative.push_back(TRY(parse_attribute(set)));
  }
  return found;
}

SubjectFields subject_fields(const DistinguishedName& name) {
  SubjectFields fields;
  for (const RelativeName& relative : name) {
    for (const NameAttribute& attribute : relative) take_attribute(fields, attribute);
  }
  return fields;
}

std::string common_name(const DistinguishedName& name) { return subject_fields(name).common_name; }

}  // namespace cw::pki
