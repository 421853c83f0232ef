#include "controller/acme/order_request.h"

#include <set>

#include "lib/base/ascii.h"
#include "lib/pki/certificate.h"
#include "lib/pki/ip_address.h"
#include "lib/pki/name.h"

namespace cw::controller::acme {
namespace {

bool is_domain_character(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '*' || c == '_';
}

bool looks_like_domain(std::string_view text) {
  for (const char c : text) {
    if (!is_domain_character(c)) return false;
  }
  return !text.empty();
}

}  // namespace

wire::OrderRequest order_request(const api::OrderSpec& spec, TimePoint now) {
  std::set<std::string> names(spec.dns_names.begin(), spec.dns_names.end());
  std::set<std::string> addresses;
  for (const auto& text : spec.ip_addresses) {
    const auto address = pki::parse_ip(text);
    addresses.insert(address ? pki::text_of(*address) : text);
  }
  if (const auto address = pki::parse_ip(spec.common_name)) {
    addresses.insert(pki::text_of(*address));
  } else if (looks_like_domain(spec.common_name)) {
    names.insert(spec.common_name);
  }
  wire::OrderRequest request{.profile = spec.profile, .replaces = spec.replaces};
  for (const auto& name : names) request.identifiers.push_back({"dns", name});
  for (const auto& address : addresses) request.identifiers.push_back({"ip", address});
  if (spec.duration) request.not_after = now + std::chrono::floor<std::chrono::seconds>(*spec.duration);
  return request;
}

Result<pki::Csr> csr_of(const api::OrderSpec& spec) {
  const auto& bytes = spec.request.text();
  if (auto der = pki::Csr::parse_der(bytes)) return der;
  return pki::Csr::parse_pem(bytes);
}

Result<bool> ends_with(std::string_view chain_pem, std::string_view issuer_common_name) {
  const auto chain = TRY(pki::Certificate::parse_chain(chain_pem));
  return pki::common_name(chain.back().issuer()) == issuer_common_name;
}

Status check_issued(std::string_view chain_pem, const pki::Csr& csr) {
  const auto chain = TRY(pki::Certificate::parse_chain(chain_pem));
  if (csr.public_key() && !chain.front().matches(*csr.public_key())) {
    return Error{Code::Invalid, "the certificate from the server has another key than the request"};
  }
  return Done{};
}

}  // namespace cw::controller::acme
