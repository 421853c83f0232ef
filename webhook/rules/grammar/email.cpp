#include "webhook/rules/grammar/email.h"

#include "lib/base/ascii.h"
#include "lib/pki/ip_address.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kSpecials = "()<>[]:;@\\,\"";
constexpr std::string_view kSpace = " \t\r\n";

bool is_atom_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return true;
  return byte > 0x20 && byte < 0x7F && kSpecials.find(c) == std::string_view::npos;
}

// Atoms joined by single dots.
bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  for (const char c : text) {
    if (!is_atom_character(c)) return false;
  }
  return true;
}

// "[192.0.2.1]"
bool is_domain_literal(std::string_view text) {
  return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
         pki::parse_ip(text.substr(1, text.size() - 2)).has_value();
}

bool is_bare(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || !is_dot_atom(text.substr(0, at))) return false;
  const std::string_view domain = text.substr(at + 1);
  return is_dot_atom(domain) || is_domain_literal(domain);
}

// "\"local part\"@domain": valid, but Go prints it without the quotes.
bool has_quoted_local_part(std::string_view text) {
  const std::size_t at = text.rfind("\"@");
  if (text.empty() || text.front() != '"' || at == std::string_view::npos || at == 0) return false;
  const std::string_view domain = text.substr(at + 2);
  return is_dot_atom(domain) || is_domain_literal(domain);
}

bool is_address(std::string_view text) { return is_bare(text) || has_quoted_local_part(text); }

}  // namespace

EmailForm email_form(std::string_view text) {
  if (is_bare(text)) return EmailForm::Bare;
  std::string_view inner = trimmed(text, kSpace);
  if (const std::size_t comment = inner.find('('); comment != std::string_view::npos && inner.back() == ')') {
    inner = trimmed(inner.substr(0, comment), kSpace);
  }
  if (is_address(inner)) return EmailForm::Decorated;
  const std::size_t open = inner.find('<');
  if (open == std::string_view::npos || inner.back() != '>') return EmailForm::None;
  const std::string_view bracketed = trimmed(inner.substr(open + 1, inner.size() - open - 2), kSpace);
  return is_address(bracketed) ? EmailForm::Decorated : EmailForm::None;
}

}  // namespace cw::webhook
