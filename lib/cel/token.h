// Tokens of a CEL source. Offsets and lengths in bytes. Pure. Source: CEL language definition, "Syntax".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::cel {

enum class TokenKind : std::uint8_t {
  End,
  Identifier,
  Int,
  Uint,
  Double,
  String,
  Bytes,
  True,
  False,
  Null,
  In,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  And,
  Or,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  LeftParenthesis,
  RightParenthesis,
  Dot,
  Comma,
  Minus,
  Not,
  Question,
  Colon,
  Plus,
  Star,
  Slash,
  Percent
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// What is wrong with a source, and at which byte.
struct Mistake {
  std::size_t offset = 0;
  std::string message;
};

// The last token is End. The source is valid UTF-8.
Result<std::vector<Token>, Mistake> tokens_of(std::string_view source);

}  // namespace cw::cel
