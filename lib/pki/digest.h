// Message digests as bytes. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace cw::pki {

std::string sha256(std::string_view bytes);
// Only where a format of others asks for it; proves nothing.
std::string sha1(std::string_view bytes);

}  // namespace cw::pki
