// Failure: why an ACME request brought nothing (RFC 8555 §6.7, RFC 7807), in the kinds that callers tell
// apart: what the server refused, what is worth another try. Data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::acme {

struct Subproblem {
  std::string type;
  std::string detail;
  std::string identifier;  // its value, or empty
};

struct Problem {
  std::string type;  // "urn:ietf:params:acme:error:malformed"; "about:blank" if the server gave none
  std::string detail;
  int status = 0;  // of HTTP
  std::vector<Subproblem> subproblems;
  // "malformed" for urn:ietf:params:acme:error:malformed; the whole type if it is another URN.
  std::string_view short_type() const;
};

struct Failure {
  enum class Kind : std::uint8_t {
    Refused,      // the server answered with an HTTP status of 400 or more
    Unreachable,  // no connection, time-out, broken answer
    Malformed,    // an answer that is not what the protocol asks for
    Unsupported,  // the server's directory does not offer that; nothing was sent
    Throttled,    // our own limits or the server's: nothing was sent; retry_after says when
  } kind = Kind::Unreachable;
  std::string message = {};  // for people, whole
  Problem problem = {};      // if Refused
  std::optional<std::chrono::seconds> retry_after = {};

  // The request as it is will never be taken: Unsupported, or an HTTP status of 4xx, but for 408, 429, and
  // those, 404 and 410 aside, that come without a problem document.
  bool is_final() const;
  bool is(std::string_view short_type) const {
    return kind == Kind::Refused && problem.short_type() == short_type;
  }
};

// Whether an order that names what it replaces should be tried once more without that. RFC 9773 §5:
// alreadyReplaced; and what servers say of a certificate that they do not know: malformed, or serverInternal,
// for ever, as Pebble does of every certificate whose serial number begins with a zero byte. A renewal must
// not hang on what is a courtesy.
bool is_about_replaces(const Failure&);

template <typename T>
using Answer = Result<T, Failure>;

// For where a code and a message are enough. Unavailable unless is_final: then Invalid.
Error to_error(const Failure&);

}  // namespace cw::acme
