// Domain names as this folder has them: absolute, lower case, with a last dot, odd bytes escaped as in zone
// files (RFC 1035 §5.1). Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::dns {

// With or without its last dot. Invalid: no name, or one that is too long (labels of 63 bytes, 255 in all).
Result<std::string> absolute_name(std::string_view text);
// The form on the wire, uncompressed. Invalid as above.
Result<std::string> wire_name(std::string_view text);

// Without the first label; "." for one label and for ".".
std::string parent_of(std::string_view name);
// Whether it is that zone's name or below it.
bool is_within(std::string_view name, std::string_view zone);

}  // namespace cw::dns
