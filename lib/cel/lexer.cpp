#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "lib/base/ascii.h"
#include "lib/cel/text.h"
#include "lib/cel/token.h"

namespace cw::cel {
namespace {

using Spelling = std::pair<std::string_view, TokenKind>;

// Longer ones first.
constexpr std::array<Spelling, 25> kOperators{{{"==", TokenKind::Equal},
                                               {"!=", TokenKind::NotEqual},
                                               {"<=", TokenKind::LessEqual},
                                               {">=", TokenKind::GreaterEqual},
                                               {"&&", TokenKind::And},
                                               {"||", TokenKind::Or},
                                               {"<", TokenKind::Less},
                                               {">", TokenKind::Greater},
                                               {"[", TokenKind::LeftBracket},
                                               {"]", TokenKind::RightBracket},
                                               {"{", TokenKind::LeftBrace},
                                               {"}", TokenKind::RightBrace},
                                               {"(", TokenKind::LeftParenthesis},
                                               {")", TokenKind::RightParenthesis},
                                               {".", TokenKind::Dot},
                                               {",", TokenKind::Comma},
                                               {"-", TokenKind::Minus},
                                               {"!", TokenKind::Not},
                                               {"?", TokenKind::Question},
                                               {":", TokenKind::Colon},
                                               {"+", TokenKind::Plus},
                                               {"*", TokenKind::Star},
                                               {"/", TokenKind::Slash},
                                               {"%", TokenKind::Percent},
                                               {"", TokenKind::End}}};
constexpr std::array<Spelling, 4> kWords{{{"true", TokenKind::True},
                                          {"false", TokenKind::False},
                                          {"null", TokenKind::Null},
                                          {"in", TokenKind::In}}};

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
constexpr bool starts_name(char c) { return is_letter(c) || c == '_'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>, Mistake> run() {
    while (true) {
      skip_blanks();
      if (at_ == source_.size()) break;
      const auto token = next();
      if (!token) return Mistake{at_, why_};
      tokens_.push_back(*token);
      at_ += token->length;
    }
    tokens_.push_back({TokenKind::End, static_cast<std::uint32_t>(at_), 0});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t offset) const { return offset < source_.size() ? source_[offset] : '\0'; }

  void skip_blanks() {
    while (at_ < source_.size()) {
      if (is_blank(source_[at_])) {
        ++at_;
      } else if (source_.substr(at_, 2) == "//") {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else {
        return;
      }
    }
  }

  std::optional<Token> next() {
    const char c = source_[at_];
    if (is_digit(c) || (c == '.' && is_digit(peek(at_ + 1)))) return number();
    if (const std::size_t quote = quote_at(); quote != std::string_view::npos) return quoted(quote);
    if (starts_name(c)) return name();
    for (const auto& [spelling, kind] : kOperators) {
      if (!spelling.empty() && source_.substr(at_).starts_with(spelling)) return token(kind, spelling.size());
    }
    why_ = "unexpected character " + named_character(source_.substr(at_));
    return std::nullopt;
  }

  Token token(TokenKind kind, std::size_t length) const {
    return {kind, static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(length)};
  }

  std::size_t digits_from(std::size_t from) const {
    while (is_digit(peek(from))) ++from;
    return from;
  }

  Token number() const {
    std::size_t end = at_;
    if (peek(at_) == '0' && peek(at_ + 1) == 'x' && is_hex(peek(at_ + 2))) {
      end = at_ + 2;
      while (is_hex(peek(end))) ++end;
    } else {
      end = digits_from(at_);
      bool real = false;
      if (peek(end) == '.' && is_digit(peek(end + 1))) {
        real = true;
        end = digits_from(end + 1);
      }
      if (peek(end) == 'e' || peek(end) == 'E') {
        const std::size_t sign = peek(end + 1) == '+' || peek(end + 1) == '-' ? 1 : 0;
        if (is_digit(peek(end + 1 + sign))) {
          real = true;
          end = digits_from(end + 1 + sign);
        }
      }
      if (real) return token(TokenKind::Double, end - at_);
    }
    const bool is_unsigned = peek(end) == 'u' || peek(end) == 'U';
    return token(is_unsigned ? TokenKind::Uint : TokenKind::Int, end - at_ + (is_unsigned ? 1 : 0));
  }

  // Where the quotes of a string or bytes literal that begins here are; npos if none does.
  std::size_t quote_at() const {
    std::size_t at = at_;
    if (lower_case(peek(at)) == 'b') ++at;
    if (lower_case(peek(at)) == 'r') ++at;
    return peek(at) == '"' || peek(at) == '\'' ? at : std::string_view::npos;
  }

  std::optional<Token> quoted(std::size_t quote) {
    const bool raw = quote > at_ && lower_case(source_[quote - 1]) == 'r';
    const char mark = source_[quote];
    const bool triple = peek(quote + 1) == mark && peek(quote + 2) == mark;
    std::size_t at = quote + (triple ? 3 : 1);
    const std::string closing(triple ? 3 : 1, mark);
    while (at < source_.size()) {
      if (source_.substr(at).starts_with(closing)) {
        const bool bytes = lower_case(source_[at_]) == 'b';
        return token(bytes ? TokenKind::Bytes : TokenKind::String, at + closing.size() - at_);
      }
      if (!triple && (source_[at] == '\n' || source_[at] == '\r')) break;
      at += !raw && source_[at] == '\\' ? 2 : 1;
    }
    why_ = "a string that does not end";
    return std::nullopt;
  }

  Token name() const {
    std::size_t end = at_;
    while (starts_name(peek(end)) || is_digit(peek(end))) ++end;
    const std::string_view text = source_.substr(at_, end - at_);
    for (const auto& [word, kind] : kWords) {
      if (word == text) return token(kind, text.size());
    }
    return token(TokenKind::Identifier, text.size());
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::string why_;
};

}  // namespace

Result<std::vector<Token>, Mistake> tokens_of(std::string_view source) { return Lexer(source).run(); }

}  // namespace cw::cel
