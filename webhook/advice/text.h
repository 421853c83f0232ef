// How advice is put into words: ASCII, and short enough that no API server cuts it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "webhook/advice/advice.h"

namespace cw::webhook {

inline constexpr std::size_t kMaxWarningBytes = 255;  // kube-apiserver cuts at 256
inline constexpr std::size_t kMaxValueBytes = 60;

// Printable ASCII; anything else, quotes and backslashes as '?'. What is cut ends in "...".
std::string plain(std::string_view text, std::size_t limit);
// "x", as plain.
std::string shown_value(std::string_view value);

// "spec.dnsNames[0]: "A.example": has upper case letters: … (advice.certificate.dnsNames.upperCase)"
std::string warning_text(const Advice&);
// The detail with the rule id, for a FieldError.
std::string detail_text(const Advice&);

}  // namespace cw::webhook
