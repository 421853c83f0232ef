#include "apiserver/go_json_error.h"

#include <array>
#include <vector>

#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
// As Go's %q of a rune writes a byte.
std::string shown(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\'') return "'\\''";
  if (c == '"') return "'\"'";
  if (c == '\\') return "'\\\\'";
  if (c == '\n') return "'\\n'";
  if (c == '\r') return "'\\r'";
  if (c == '\t') return "'\\t'";
  if (byte >= 0x20 && byte < 0x7f) return std::string("'") + c + "'";
  constexpr unsigned char kSoftHyphen = 0xad;
  if (byte >= 0xa1 && byte != kSoftHyphen) {  // printable in Latin-1: it is shown as UTF-8
    return std::string("'") + char(0xc0 | byte >> 6U) + char(0x80 | (byte & 0x3fU)) + "'";
  }
  return byte < 0x80 ? std::string("'\\x") + kHex[byte >> 4U] + kHex[byte & 15U] + "'"
                     : std::string("'\\u00") + kHex[byte >> 4U] + kHex[byte & 15U] + "'";
}

// Go stops at 10,000 levels, with these words. Here each level that opens costs stack, so it is fewer.
constexpr std::size_t kMaxDepth = 1000;
constexpr std::string_view kTooDeep = "exceeded max depth";

// Walks the text once; the open brackets are on a stack of its own.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<std::string> scan() {
    if (!value("looking for beginning of value")) return error_;
    while (!open_.empty()) {
      if (!(open_.back() == '{' ? after_member() : after_item())) return error_;
    }
    skip_space();
    if (at_ < text_.size()) fail("after top-level value");
    return error_;
  }

 private:
  bool fail(std::string_view where) {
    error_ = at_ < text_.size() ? "invalid character " + shown(text_[at_]) + " " + std::string(where)
                                : "unexpected end of JSON input";
    return false;
  }

  // Inside a literal, a number or an escape the end is a blank that does not fit.
  bool fail_inside(std::string_view where) {
    if (at_ < text_.size()) return fail(where);
    error_ = "invalid character ' ' " + std::string(where);
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool value(std::string_view where) {
    skip_space();
    if (at_ >= text_.size()) return fail(where);
    const char c = text_[at_];
    if (c == '"') return string();
    if (c == '-' || is_digit(c)) return number();
    if (c == 't') return literal("true");
    if (c == 'f') return literal("false");
    if (c == 'n') return literal("null");
    if (c == '{') return begin_object();
    if (c == '[') return begin_array();
    return fail(where);
  }

  bool begin_object() {
    ++at_;
    skip_space();
    if (peek() == '}') {
      ++at_;
      return true;
    }
    if (!push('{')) return false;
    return member();
  }

  bool begin_array() {
    ++at_;
    skip_space();
    if (peek() == ']') {
      ++at_;
      return true;
    }
    if (!push('[')) return false;
    return value("looking for beginning of value");
  }

  bool member() {
    skip_space();
    if (peek() != '"') return fail("looking for beginning of object key string");
    if (!string()) return false;
    skip_space();
    if (peek() != ':') return fail("after object key");
    ++at_;
    return value("looking for beginning of value");
  }

  bool after_member() {
    skip_space();
    if (peek() == '}') return close();
    if (peek() != ',') return fail("after object key:value pair");
    ++at_;
    return member();
  }

  bool after_item() {
    skip_space();
    if (peek() == ']') return close();
    if (peek() != ',') return fail("after array element");
    ++at_;
    return value("looking for beginning of value");
  }

  bool push(char bracket) {
    if (open_.size() >= kMaxDepth) {
      error_ = kTooDeep;
      return false;
    }
    open_.push_back(bracket);
    return true;
  }

  bool close() {
    ++at_;
    open_.pop_back();
    return true;
  }

  bool literal(std::string_view word) {
    for (const char expected : word) {
      if (peek() != expected || at_ >= text_.size()) {
        return fail_inside("in literal " + std::string(word) + " (expecting '" + expected + "')");
      }
      ++at_;
    }
    return true;
  }

  bool string() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return fail("in string literal");
      if (text_[at_] == '\\' && !escape()) return false;
      ++at_;
    }
    if (at_ >= text_.size()) return fail("in string literal");
    ++at_;
    return true;
  }

  // Ends on the last character of the escape.
  bool escape() {
    ++at_;
    if (peek() == 'u') {
      for (int i = 0; i < 4; ++i) {
        ++at_;
        const char c = peek();
        const bool is_hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!is_hex) return fail_inside("in \\u hexadecimal character escape");
      }
      return true;
    }
    if (at_ >= text_.size() || std::string_view("bfnrt\\/\"").find(text_[at_]) == std::string_view::npos) {
      return fail_inside("in string escape code");
    }
    return true;
  }

  bool digits(std::string_view where) {
    if (!is_digit(peek())) return fail_inside(where);
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else if (!digits("in numeric literal")) {
      return false;
    }
    if (peek() == '.') {
      ++at_;
      if (!digits("after decimal point in numeric literal")) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits("in exponent of numeric literal")) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<char> open_;
  std::optional<std::string> error_;
};

}  // namespace

std::optional<std::string> go_json_error(std::string_view text) { return Scanner(text).scan(); }

}  // namespace cw::apiserver
