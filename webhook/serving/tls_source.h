// TlsSource: what the flags say about how a listener shows itself: files, or a leaf under a CA of our own.
// Source: reference/admission.md 3.8, 3.9.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace cw::webhook {

struct DynamicServing {
  std::string secret_namespace;
  std::string secret_name;
  std::vector<std::string> dns_names;
  std::chrono::seconds leaf_duration = std::chrono::hours(168);
  bool configured() const { return !secret_namespace.empty() || !secret_name.empty() || !dns_names.empty(); }
};

struct TlsSource {
  std::string cert_file;
  std::string private_key_file;
  DynamicServing dynamic;
  std::string min_version;                 // as parse_tls_version
  std::vector<std::string> cipher_suites;  // as parse_cipher_suites
  bool configured() const { return !cert_file.empty() || !private_key_file.empty() || dynamic.configured(); }
};

}  // namespace cw::webhook
