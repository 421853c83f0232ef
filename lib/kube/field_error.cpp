#include "lib/kube/field_error.h"

#include <algorithm>

#include "lib/kube/utf8.h"

namespace cw::kube {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// The class names of k8s.io/apimachinery field.ErrorType; users and tools read them.
std::string_view name_of(FieldErrorKind kind) {
  switch (kind) {
    case FieldErrorKind::Required:
      return "Required value";
    case FieldErrorKind::Invalid:
      return "Invalid value";
    case FieldErrorKind::NotSupported:
      return "Unsupported value";
    case FieldErrorKind::Forbidden:
      return "Forbidden";
    case FieldErrorKind::Duplicate:
      return "Duplicate value";
    case FieldErrorKind::TooLong:
      return "Too long";
    case FieldErrorKind::NotFound:
      return "Not found";
    case FieldErrorKind::TypeInvalid:
      return "Invalid value";
    case FieldErrorKind::TooMany:
      return "Too many";
  }
  return "Invalid value";
}

bool shows_value(FieldErrorKind kind) {
  return kind != FieldErrorKind::Required && kind != FieldErrorKind::Forbidden &&
         kind != FieldErrorKind::TooLong;
}

void append_hex(std::string& out, std::string_view prefix, char32_t value, int digits) {
  out += prefix;
  for (int i = digits - 1; i >= 0; --i) out += kHexDigits[(value >> (4U * static_cast<unsigned>(i))) & 0xFU];
}

// The letter behind the backslash for the characters that have one, else 0.
char short_escape(char32_t rune) {
  constexpr std::string_view kFrom = "\a\b\f\n\r\t\v\"\\";
  constexpr std::string_view kTo = "abfnrtv\"\\";
  const auto at = rune < 0x80 ? kFrom.find(static_cast<char>(rune)) : std::string_view::npos;
  return at == std::string_view::npos ? '\0' : kTo[at];
}

void append_quoted_rune(std::string& out, std::string_view bytes, const Rune& rune) {
  if (!rune.valid) {
    append_hex(out, "\\x", static_cast<unsigned char>(bytes.front()), 2);
  } else if (const char letter = short_escape(rune.value); letter != '\0') {
    out += '\\';
    out += letter;
  } else if (is_printable(rune.value)) {
    out += bytes;
  } else if (rune.value < 0x80) {
    append_hex(out, "\\x", rune.value, 2);
  } else if (rune.value < 0x10000) {
    append_hex(out, "\\u", rune.value, 4);
  } else {
    append_hex(out, "\\U", rune.value, 8);
  }
}

FieldError make(FieldErrorKind kind, const FieldPath& at, std::string shown, std::string detail) {
  return {kind, at.text(), std::move(shown), std::move(detail), {}};
}

}  // namespace

FieldError required(const FieldPath& at, std::string detail) {
  return make(FieldErrorKind::Required, at, {}, std::move(detail));
}

FieldError invalid(const FieldPath& at, std::string shown, std::string detail) {
  return make(FieldErrorKind::Invalid, at, std::move(shown), std::move(detail));
}

FieldError not_supported(const FieldPath& at, std::string shown, const std::vector<std::string>& supported) {
  std::string detail = "supported values: ";
  for (std::size_t i = 0; i < supported.size(); ++i) {
    if (i > 0) detail += ", ";
    detail += quoted(supported[i]);
  }
  return make(FieldErrorKind::NotSupported, at, std::move(shown), std::move(detail));
}

FieldError forbidden(const FieldPath& at, std::string detail) {
  return make(FieldErrorKind::Forbidden, at, {}, std::move(detail));
}

FieldError duplicate(const FieldPath& at, std::string shown) {
  return make(FieldErrorKind::Duplicate, at, std::move(shown), {});
}

FieldError field_not_found(const FieldPath& at, std::string shown) {
  return make(FieldErrorKind::NotFound, at, std::move(shown), {});
}

FieldError too_long(const FieldPath& at, std::size_t limit) {
  const std::string bytes = std::to_string(limit) + (limit == 1 ? " byte" : " bytes");
  return make(FieldErrorKind::TooLong, at, {}, "may not be more than " + bytes);
}

FieldError plain_error(std::string detail) {
  return make(FieldErrorKind::Forbidden, FieldPath(), {}, std::move(detail));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = rune_at(text, at);
    append_quoted_rune(out, text.substr(at, rune.length), rune);
    at += rune.length;
  }
  out += '"';
  return out;
}

std::string message(const FieldError& error) {
  if (error.field.empty()) return error.detail;
  std::string text = error.field;
  text.append(": ").append(name_of(error.kind));
  if (shows_value(error.kind) && !error.bad_value.empty()) text.append(": ").append(error.bad_value);
  if (!error.detail.empty()) text.append(": ").append(error.detail);
  return text;
}

std::string message(const FieldErrors& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = message(error);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.empty()) return {};
  if (texts.size() == 1) return std::move(texts.front());
  std::string all = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) all += ", ";
    all += texts[i];
  }
  all += ']';
  return all;
}

}  // namespace cw::kube
