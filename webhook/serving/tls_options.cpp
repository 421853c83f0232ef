#include "webhook/serving/tls_options.h"

#include <algorithm>

namespace cw::webhook {
namespace {

struct Suite {
  std::string_view go_name;
  std::string_view openssl_name;  // empty: of TLS 1.3
};

constexpr Suite kSuites[] = {
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256"},
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
};

}  // namespace

Result<http::TlsVersion> parse_tls_version(std::string_view go_name) {
  if (go_name.empty() || go_name == "VersionTLS12") return http::TlsVersion::Tls12;
  if (go_name == "VersionTLS13") return http::TlsVersion::Tls13;
  return Error{Code::Invalid,
               "unknown TLS version " + std::string(go_name) + ": VersionTLS12 or VersionTLS13"};
}

Result<std::vector<std::string>> parse_cipher_suites(const std::vector<std::string>& go_names) {
  std::vector<std::string> names;
  for (const std::string& go_name : go_names) {
    const auto* suite = std::find_if(std::begin(kSuites), std::end(kSuites),
                                     [&](const Suite& row) { return row.go_name == go_name; });
    if (suite == std::end(kSuites))
      return Error{Code::Invalid, "unknown or unsafe TLS cipher suite " + go_name};
    if (!suite->openssl_name.empty()) names.emplace_back(suite->openssl_name);
  }
  return names;
}

}  // namespace cw::webhook
