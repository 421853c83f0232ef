#include "lib/acme/text_rules.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/http/url.h"

namespace cw::acme {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

bool is_base64url(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

Status check_server_url(std::string_view url, bool https_only) {
  if (url.size() > kMaxUrl) {
    return Error{Code::Invalid, "a URL of more than " + std::to_string(kMaxUrl) + " bytes"};
  }
  TRY(http::split_url(url));
  if (https_only && !url.starts_with("https://")) {
    return Error{Code::Invalid,
                 "URL \"" + std::string(url) + "\": it has to begin with https:// as the directory's does"};
  }
  return Done{};
}

std::string shown(std::string_view text, std::size_t at_most) {
  std::size_t size = std::min(text.size(), at_most);
  while (size > 0 && size < text.size() && is_continuation(text[size])) --size;
  std::string out(text.substr(0, size));
  const bool broken = !is_valid_utf8(out);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7F || (broken && byte > 0x7F)) c = ' ';
  }
  return size < text.size() ? out + "…" : out;
}

}  // namespace cw::acme
