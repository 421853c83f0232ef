// Bundle building: certificates in any order -> the chain to serve and the CA beside it. Same results as
// cert-manager pkg/util/pki/parse.go ParseSingleCertificateChain. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace cw::pki {

inline constexpr std::size_t kMaxChainCertificates = 1000;

struct CertificateBundle {
  std::string chain_pem;  // leaf first, no root (unless the leaf is one)
  std::string ca_pem;     // top-most certificate; empty for one that is not self-signed
  bool operator==(const CertificateBundle&) const = default;
};

// Invalid: none, more than kMaxChainCertificates, or they do not join into one chain. Duplicates are dropped.
Result<CertificateBundle> build_bundle(std::vector<Certificate> certificates);
Result<CertificateBundle> parse_bundle(std::string_view pem, const PemLimits& limits = {});

}  // namespace cw::pki
