#include "apiserver/wire/accept.h"

#include <algorithm>
#include <cstdlib>

#include "lib/base/ascii.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxRanges = 64;

// The next piece up to the separator, taken off the text.
std::string_view take_piece(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

std::string_view without_spaces(std::string_view text) { return trimmed(text, " "); }

void read_parameter(std::string_view text, MediaRange& range) {
  const std::string_view name = without_spaces(take_piece(text, '='));
  if (text.empty() || text.find('=') != std::string_view::npos) return;
  if (name == "q") {
    range.quality = std::strtod(std::string(text).c_str(), nullptr);
  } else {
    range.parameters.emplace_back(name, without_spaces(text));
  }
}

// False: it is no range.
bool read_range(std::string_view text, MediaRange& range) {
  std::string_view name = take_piece(text, ';');
  range.type = without_spaces(take_piece(name, '/'));
  if (name.empty()) {
    if (range.type != "*") return false;
    range.sub_type = "*";
  } else {
    range.sub_type = without_spaces(take_piece(name, '/'));
    if (!name.empty()) return false;
  }
  while (!text.empty()) read_parameter(take_piece(text, ';'), range);
  return true;
}

bool goes_before(const MediaRange& a, const MediaRange& b) {
  return a.quality > b.quality || (a.type != "*" && b.type == "*") ||
         (a.sub_type != "*" && b.sub_type == "*");
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string_view media_type_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::Yaml:
      return "application/yaml";
    case Encoding::Protobuf:
      return "application/vnd.kubernetes.protobuf";
    case Encoding::JsonText:
      break;
  }
  return "application/json";
}

std::string_view MediaRange::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

bool MediaRange::covers(Encoding encoding) const {
  constexpr std::size_t kApplication = std::string_view("application/").size();
  if (type == "*") return sub_type == "*";
  return type == "application" &&
         (sub_type == "*" || sub_type == media_type_of(encoding).substr(kApplication));
}

std::vector<MediaRange> parse_accept(std::string_view header) {
  std::vector<MediaRange> ranges;
  while (!header.empty() && ranges.size() < kMaxRanges) {
    MediaRange range;
    if (read_range(without_spaces(take_piece(header, ',')), range)) ranges.push_back(std::move(range));
  }
  // "Goes before" is no order: Go's sort, which is one by insertion for so few, decides.
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    for (std::size_t j = i; j > 0 && goes_before(ranges[j], ranges[j - 1]); --j) {
      std::swap(ranges[j], ranges[j - 1]);
    }
  }
  return ranges;
}

bool route_accepts(std::string_view header, std::string_view produced) {
  if (header.empty()) return true;
  while (!header.empty()) {
    std::string_view range = take_piece(header, ',');
    const std::string_view wanted = without_spaces(take_piece(range, ';'));
    if (wanted == "*/*") return true;
    std::string_view types = produced;
    while (!types.empty()) {
      if (without_spaces(take_piece(types, ',')) == wanted) return true;
    }
  }
  return false;
}

std::string media_type(std::string_view content_type) {
  const std::string_view text = trimmed(content_type.substr(0, content_type.find(';')), " \t");
  const std::size_t slash = text.find('/');
  const bool good = is_token(text.substr(0, slash)) &&
                    (slash == std::string_view::npos || is_token(text.substr(slash + 1)));
  return good ? lower_case(text) : std::string();
}

}  // namespace cw::apiserver
