// The annotations that tell what certificate a target Secret holds (reference/controllers.md 1.9). The rest
// of the Secret is assembled by controller/certificates. Pure; thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/pki/certificate.h"

namespace cw::issuance {

using Annotations = std::map<std::string, std::string>;

// common-name, alt-names, ip-sans, uri-sans always; email-sans and subject-* only if not empty.
Annotations certificate_annotations(const pki::Certificate&);

// One CSV record without the line end, as Go's encoding/csv writes it.
std::string csv_record(const std::vector<std::string>& fields);

}  // namespace cw::issuance
