#include "lib/pki/pem.h"

#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/base/secret.h"

namespace cw::pki {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "\n-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kLineLength = 64;

// The next line without its end and trailing blanks; `text` moves behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t newline = text.find('\n');
  std::string_view line = text.substr(0, newline);
  text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  if (newline != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t last = line.find_last_not_of(" \t");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// Skips "Name: value" lines; true if there was one. nullopt if the text ends among them.
std::optional<bool> skip_headers(std::string_view& text) {
  bool any = false;
  while (true) {
    if (text.empty()) return std::nullopt;
    std::string_view behind = text;
    if (take_line(behind).find(':') == std::string_view::npos) return any;
    any = true;
    text = behind;
  }
}

std::optional<std::string> decode_body(std::string_view body) {
  if (body.find_first_of(" \t") == std::string_view::npos) return decode_base64(body);
  std::string compact(body);
  std::erase_if(compact, [](char c) { return c == ' ' || c == '\t'; });
  auto decoded = decode_base64(compact);
  wipe(compact);
  return decoded;
}

// `line` begins behind "-----END ". The rest of the end line must be "TYPE-----" and nothing else.
bool is_end_of(std::string_view type, std::string_view line) {
  const std::string_view rest = take_line(line);
  return rest.size() == type.size() + kDashes.size() && rest.starts_with(type) && rest.ends_with(kDashes);
}

// `text` runs from behind "-----BEGIN " to the end of the end line's mark; `behind` from there on.
std::optional<PemBlock> parse_block(std::string_view text, std::string_view behind) {
  std::string_view type = take_line(text);
  if (!type.ends_with(kDashes)) return std::nullopt;
  type.remove_suffix(kDashes.size());
  const auto has_headers = skip_headers(text);
  if (!has_headers || !is_end_of(type, behind)) return std::nullopt;
  // What is left is the body, then "\n-----END " (its newline may be the one that ended the line before).
  const bool empty = text.size() + 1 == kEnd.size() && !*has_headers;
  if (!empty && text.size() < kEnd.size()) return std::nullopt;
  const std::string_view body = empty ? "" : text.substr(0, text.size() - kEnd.size());
  auto bytes = decode_body(body);
  if (!bytes) return std::nullopt;
  return PemBlock{std::string(type), *has_headers, *std::move(bytes)};
}

}  // namespace

Status check_pem_size(std::string_view pem, std::size_t limit, std::string_view what) {
  if (pem.size() <= limit) return Done{};
  return Error{Code::Invalid, std::string(what) + " has " + std::to_string(pem.size()) +
                                  " bytes of PEM, more than the allowed " + std::to_string(limit)};
}

// Each round looks at the text up to one end line and never again: linear, whatever the text is.
std::optional<PemBlock> PemReader::next() {
  while (true) {
    const std::size_t end = rest_.find(kEnd);
    if (end == std::string_view::npos) {
      rest_ = {};
      return std::nullopt;
    }
    const std::string_view before = rest_.substr(0, end);
    const std::string_view up_to_mark = rest_.substr(0, end + kEnd.size());
    const std::string_view behind = rest_.substr(end + kEnd.size());
    const std::size_t begin = before.rfind(kBegin);
    rest_ = behind;
    if (begin == std::string_view::npos || (begin > 0 && before[begin - 1] != '\n')) continue;
    auto block = parse_block(up_to_mark.substr(begin + kBegin.size()), behind);
    if (!block) continue;
    take_line(rest_);
    return block;
  }
}

std::string encode_pem(std::string_view type, std::string_view der) {
  std::string body = encode_base64(der);
  std::string out;
  out.reserve(body.size() + body.size() / kLineLength + 2 * type.size() +
              64);  // no copy of a key left behind
  out.append(kBegin).append(type).append("-----\n");
  for (std::size_t i = 0; i < body.size(); i += kLineLength) {
    out.append(body, i, kLineLength).append("\n");
  }
  wipe(body);
  return out.append("-----END ").append(type).append("-----\n");
}

}  // namespace cw::pki
