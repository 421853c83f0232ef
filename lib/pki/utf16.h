// UTF-16 as Java and ASN.1's BMPString have it: big-endian, surrogate pairs for what lies above. Private to
// lib/pki. Invalid: not UTF-8. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::pki {

Result<std::string> to_utf16(std::string_view utf8);

}  // namespace cw::pki
