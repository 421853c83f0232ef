// What ACME servers answer. The first letter says with what; whatever it is, it is decoded within its bounds
// or refused in words.
#include <string>
#include <string_view>

#include "lib/acme/decode.h"
#include "lib/acme/links.h"
#include "lib/acme/nonces.h"
#include "lib/acme/problem.h"
#include "lib/acme/retry_after.h"
#include "lib/acme/text_rules.h"
#include "lib/base/encoding.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year(2026) / 5 / 6}};

cw::acme::Body body_of(std::string_view text) {
  return {.content_type = "application/json", .bytes = text, .https_only = true};
}

bool refused_in_words(const cw::acme::Failure& failure) {
  return failure.kind == cw::acme::Failure::Kind::Malformed && failure.message.starts_with("acme: ") &&
         is_valid_utf8(failure.message);
}

bool may_be_asked(const std::string& url) {
  return url.empty() || cw::acme::check_server_url(url, true).has_value();
}

void directory(std::string_view text) {
  const auto decoded = cw::acme::decode_directory(body_of(text));
  if (!decoded) return CW_ASSERT(refused_in_words(decoded.error()));
  CW_ASSERT(!decoded->new_nonce.empty() && !decoded->new_order.empty() && !decoded->new_account.empty());
  CW_ASSERT(may_be_asked(decoded->new_nonce) && may_be_asked(decoded->renewal_info));
}

void order(std::string_view text) {
  const auto decoded = cw::acme::decode_order(body_of(text));
  if (!decoded) return CW_ASSERT(refused_in_words(decoded.error()));
  CW_ASSERT(decoded->authorizations.size() <= cw::acme::kMaxAuthorizations);
  for (const auto& url : decoded->authorizations) CW_ASSERT(may_be_asked(url));
  CW_ASSERT(may_be_asked(decoded->finalize) && may_be_asked(decoded->certificate));
}

void authorization(std::string_view text) {
  const auto decoded = cw::acme::decode_authorization(body_of(text));
  if (!decoded) return CW_ASSERT(refused_in_words(decoded.error()));
  for (const auto& challenge : decoded->challenges) {
    CW_ASSERT(may_be_asked(challenge.url));
    CW_ASSERT(challenge.token.empty() || cw::acme::is_base64url(challenge.token));
  }
}

void renewal_info(std::string_view text) {
  const auto decoded = cw::acme::decode_renewal_info(body_of(text));
  if (!decoded) return CW_ASSERT(refused_in_words(decoded.error()));
  CW_ASSERT(decoded->start < decoded->end);
}

void others(std::string_view text) {
  if (const auto account = cw::acme::decode_account(body_of(text)); !account) {
    CW_ASSERT(refused_in_words(account.error()));
  }
  if (const auto challenge = cw::acme::decode_challenge(body_of(text)); !challenge) {
    CW_ASSERT(refused_in_words(challenge.error()));
  }
  const auto chain =
      cw::acme::decode_chain({.content_type = "application/pem-certificate-chain", .bytes = text});
  if (!chain) CW_ASSERT(chain.error().kind == cw::acme::Failure::Kind::Malformed);
}

void problem(std::string_view text) {
  const auto decoded = cw::acme::decode_problem(400, body_of(text));
  CW_ASSERT(decoded.status == 400 && !decoded.type.empty());
  CW_ASSERT(decoded.subproblems.size() <= cw::acme::kMaxSubproblems);
  CW_ASSERT(is_valid_utf8(cw::acme::describe(decoded)));
}

void header(std::string_view text) {
  const auto wait = cw::acme::parse_retry_after(text, kNow);
  CW_ASSERT(!wait || (wait->count() >= 0 && *wait <= cw::acme::kLongestRetryAfter));
  const auto links =
      cw::acme::find_links({{"Link", std::string(text)}}, "alternate", "https://a.example/cert/1");
  CW_ASSERT(links.size() <= cw::acme::kMaxLinks);
  cw::acme::NoncePool pool;
  pool.put(text);
  if (const auto nonce = pool.take()) CW_ASSERT(*nonce == text && cw::acme::is_base64url(text));
}

}  // namespace

void acme(std::string_view input) {
  if (input.empty()) return;
  const std::string_view rest = input.substr(1);
  switch (input[0]) {
    case 'd':
      return directory(rest);
    case 'o':
      return order(rest);
    case 'a':
      return authorization(rest);
    case 'r':
      return renewal_info(rest);
    case 'x':
      return others(rest);
    case 'p':
      return problem(rest);
    case 'h':
      return header(rest);
    default:
      return;
  }
}

}  // namespace cw::fuzz
