// What the CertificateRequest of a Certificate is called, so that two controllers cannot make two for one
// revision. Pure. Source: reference/controllers.md 1.7.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cw::issuance {

// "<certificate>-<revision>"; a long name is cut and gets a hash of the whole.
std::string request_name(std::string_view certificate, std::int64_t revision);

}  // namespace cw::issuance
