#include "lib/pki/chain.h"

#include <algorithm>
#include <optional>

namespace cw::pki {
namespace {

using Chain = std::vector<Certificate>;  // leaf first

std::vector<Certificate> without_duplicates(std::vector<Certificate> certificates) {
  std::sort(certificates.begin(), certificates.end(),
            [](const Certificate& a, const Certificate& b) { return a.der() < b.der(); });
  certificates.erase(std::unique(certificates.begin(), certificates.end()), certificates.end());
  return certificates;
}

void append(Chain& lower, Chain& upper) {
  lower.insert(lower.end(), std::make_move_iterator(upper.begin()), std::make_move_iterator(upper.end()));
}

// Puts one chain on top of the other if the top of one was issued by the bottom of the other.
std::optional<Chain> join(Chain& a, Chain& b) {
  if (b.back().is_issued_by(a.front())) {
    append(b, a);
    return std::move(b);
  }
  if (a.back().is_issued_by(b.front())) {
    append(a, b);
    return std::move(a);
  }
  return std::nullopt;
}

// Joins the last chain to one of the others; false if it fits nowhere.
bool join_last(std::vector<Chain>& chains) {
  Chain last = std::move(chains.back());
  chains.pop_back();
  for (Chain& chain : chains) {
    if (auto joined = join(last, chain)) {
      chain = *std::move(joined);
      return true;
    }
  }
  return false;
}

std::string pem_without_roots(const Chain& chain) {
  std::string out;
  for (const Certificate& certificate : chain) {
    if (!certificate.is_self_signed()) out += certificate.to_pem();
  }
  return out;
}

CertificateBundle to_bundle(const Chain& chain) {
  const std::string top = chain.back().to_pem();
  if (chain.size() > 1) return {pem_without_roots(chain), top};
  return {top, chain.back().is_self_signed() ? top : ""};
}

}  // namespace

Result<CertificateBundle> build_bundle(std::vector<Certificate> certificates) {
  certificates = without_duplicates(std::move(certificates));
  if (certificates.empty()) return Error{Code::Invalid, "certificate chain is empty"};
  if (certificates.size() > kMaxChainCertificates) {
    return Error{Code::Invalid, "certificate chain has more than 1000 certificates"};
  }
  std::vector<Chain> chains;
  for (Certificate& certificate : certificates) chains.push_back({std::move(certificate)});
  while (chains.size() > 1) {
    if (!join_last(chains)) {
      return Error{Code::Invalid,
                   "certificate chain is malformed or broken: its certificates do not form one chain"};
    }
  }
  return to_bundle(chains.front());
}

Result<CertificateBundle> parse_bundle(std::string_view pem, const PemLimits& limits) {
  return build_bundle(TRY(Certificate::parse_chain(pem, limits)));
}

}  // namespace cw::pki
