// Authority: the CA that a Certificate's issuer signs with now, as far as it can be had: only CA issuers show
// it. And the marks by which a stored certificate is known to come from it, or from one before. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/api/references.h"
#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/resource.h"

namespace cw::controller::certificates {

// Of a certificate's bytes. Enough to tell a CA certificate from the one that replaced it, no proof of
// anything.
using AuthorityMark = std::uint64_t;
AuthorityMark authority_mark(std::string_view certificate_der);
// Of all that stands above the leaf in tls.crt, and of ca.crt.
std::vector<AuthorityMark> authority_marks(std::string_view chain_pem, std::string_view ca_pem);

struct Authority {
  AuthorityMark mark = 0;
  TimePoint not_after;
  TimePoint since;         // when it took over
  kube::ObjectKey secret;  // where it is kept
  bool may_be_outlived = false;
  // The issuer wants its leaves re-issued when its CA changes, spread over this time; nullopt: it does not.
  std::optional<std::chrono::seconds> cascade = {};
};

// nullopt: not a CA issuer, not Ready, or its Secret is not there or no CA. An error: nobody knows right now.
using FindAuthority = std::function<Result<std::optional<Authority>>(const api::IssuerReference&,
                                                                     const std::string& name_space)>;

// Since when the issuer, of whatever type, has been Ready; nullopt: it is not, or is not of ours.
using FindReadySince =
    std::function<std::optional<TimePoint>(const api::IssuerReference&, const std::string& name_space)>;

}  // namespace cw::controller::certificates
