// E-mail addresses as Go's net/mail reads them, narrowed to what stands for itself: "local@domain" and
// "local@[ip]", no display name, quotes, comments or spaces. Pure.
// Source: reference/admission.md 2.9 and CRT-16, CRT-17; RFC 5322 §3.4.1, RFC 6532.
#pragma once

#include <cstdint>
#include <string_view>

namespace cw::webhook {

enum class EmailForm : std::uint8_t {
  Bare,       // an address and nothing else
  Decorated,  // an address inside a display name, angle brackets, quotes, comments or spaces
  None,       // no address
};

EmailForm email_form(std::string_view text);

}  // namespace cw::webhook
