// Extensions as certificates and requests list them: SEQUENCE OF SEQUENCE { oid, critical, value }. Private
// to lib/pki. Pure.
#pragma once

#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/der.h"
#include "lib/pki/extensions.h"

namespace cw::pki {

Result<std::string> encode_extension(const Extension&);
// Of the content of the outer SEQUENCE. Appends; Invalid if an OID comes twice in `into`.
Status decode_extension_list(std::string_view content, std::vector<Extension>& into);

}  // namespace cw::pki
