#include "lib/acme/failure.h"

namespace cw::acme {
namespace {

constexpr std::string_view kErrorPrefix = "urn:ietf:params:acme:error:";
constexpr std::string_view kNoType = "about:blank";
constexpr int kNotFound = 404;
constexpr int kGone = 410;
constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;

}  // namespace

std::string_view Problem::short_type() const {
  const std::string_view whole = type;
  return whole.starts_with(kErrorPrefix) ? whole.substr(kErrorPrefix.size()) : whole;
}

bool Failure::is_final() const {
  if (kind == Kind::Unsupported) return true;
  // A nonce says nothing of the request, however often one is refused.
  if (kind != Kind::Refused || is("badNonce")) return false;
  const int status = problem.status;
  // Without a problem of its own it need not be the ACME server that speaks: a proxy on the way may, for now.
  if (problem.type == kNoType) return status == kNotFound || status == kGone;
  return status >= 400 && status < 500 && status != kRequestTimeout && status != kTooManyRequests;
}

bool is_about_replaces(const Failure& failure) {
  return failure.is("alreadyReplaced") || failure.is("malformed") || failure.is("serverInternal");
}

Error to_error(const Failure& failure) {
  return {failure.is_final() ? Code::Invalid : Code::Unavailable, failure.message};
}

}  // namespace cw::acme
