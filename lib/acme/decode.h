// What ACME servers send, decoded strictly and within bounds: an answer that lacks what the protocol asks
// for, or has it in another form, is Malformed and not guessed at. Members that nobody here reads may be
// anything. Pure. Source: RFC 8555 §7.1, RFC 7807, RFC 9773 §4.2.
#pragma once

#include <cstddef>
#include <string_view>

#include "lib/acme/failure.h"
#include "lib/acme/messages.h"

namespace cw::acme {

inline constexpr std::size_t kMaxAuthorizations = 1000;  // of an order
inline constexpr std::size_t kMaxChallenges = 64;        // of an authorization
inline constexpr std::size_t kMaxProfiles = 100;
inline constexpr std::size_t kMaxContacts = 64;
inline constexpr std::size_t kMaxSubproblems = 100;  // more are left out
inline constexpr std::size_t kMaxDetail = 4096;      // bytes; the rest is cut off
inline constexpr std::size_t kMaxChainBytes = 95'000;

struct Body {
  std::string_view content_type;
  std::string_view bytes;
  bool https_only = false;  // an http:// URL in it is refused
};

Answer<Directory> decode_directory(const Body&);
Answer<Account> decode_account(const Body&);  // without its URL
Answer<Order> decode_order(const Body&);      // without its URL and Retry-After
Answer<Authorization> decode_authorization(const Body&);
Answer<Challenge> decode_challenge(const Body&);
Answer<RenewalInfo> decode_renewal_info(const Body&);
// Certificates that parse, in PEM. The alternates are elsewhere.
Answer<CertificateChain> decode_chain(const Body&);
// Whatever it is: what is no problem document becomes one of type about:blank that shows what came.
Problem decode_problem(int status, const Body&);

}  // namespace cw::acme
