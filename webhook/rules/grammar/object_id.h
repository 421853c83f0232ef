// Dotted object identifiers as cert-manager reads them: parts that Go's strconv.Atoi accepts, signs and
// leading zeros included. Looser than X.660 on purpose: stored objects must stay valid. Pure.
#pragma once

#include <string_view>

namespace cw::webhook {

bool is_dotted_id(std::string_view text);

}  // namespace cw::webhook
