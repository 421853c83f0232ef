// The Public Suffix List, as it is built into libpsl: under which domains strangers register names. The only
// folder with <libpsl.h>. Pure; thread-safe.
#pragma once

#include <string>

namespace cw::webhook {

// "com", "co.uk": a domain of the list's ICANN part. Lower case, ASCII. What the list does not know ("svc",
// "internal") is none.
bool is_public_suffix(const std::string& domain);

}  // namespace cw::webhook
