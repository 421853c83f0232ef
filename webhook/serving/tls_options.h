// TLS versions and cipher suites by the names that cert-manager's flags use (Go's constants). Pure.
// Source: reference/admission.md 3.8. Older than TLS 1.2 and suites without forward secrecy or with broken
// ciphers are refused, which the field would allow: docs/differences.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/tls_identity.h"

namespace cw::webhook {

// "" and "VersionTLS12", "VersionTLS13".
Result<http::TlsVersion> parse_tls_version(std::string_view go_name);
// OpenSSL's names for the suites of TLS 1.2. Suites of TLS 1.3 cannot be chosen and are skipped, as in Go.
Result<std::vector<std::string>> parse_cipher_suites(const std::vector<std::string>& go_names);

}  // namespace cw::webhook
