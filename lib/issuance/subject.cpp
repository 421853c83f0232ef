#include "lib/issuance/subject.h"

namespace cw::issuance {

pki::SubjectFields subject_fields(const api::CertificateSpec& spec) {
  pki::SubjectFields fields;
  fields.common_name = spec.common_name;
  if (!spec.subject) return fields;
  fields.countries = spec.subject->countries.items();
  fields.organizations = spec.subject->organizations.items();
  fields.organizational_units = spec.subject->organizational_units.items();
  fields.localities = spec.subject->localities.items();
  fields.provinces = spec.subject->provinces.items();
  fields.street_addresses = spec.subject->street_addresses.items();
  fields.postal_codes = spec.subject->postal_codes.items();
  fields.serial_number = spec.subject->serial_number;
  return fields;
}

}  // namespace cw::issuance
