// Problem documents (RFC 7807, RFC 8555 §6.7) from JSON that is parsed already. Never fails: what is missing
// or of the wrong form is left empty, what is too long is cut. Part of decode.h.
#pragma once

#include "lib/acme/bounded_json.h"

namespace cw::acme {

// `status` of HTTP; 0: what the document says.
Problem problem_of(const Json& object, int status);

}  // namespace cw::acme
