#include "lib/policy/comma_list.h"

#include "lib/base/ascii.h"

namespace cw::policy {

Result<std::vector<std::string_view>> parse_comma_list(std::string_view text) {
  constexpr std::size_t kMaxParts = 1000;
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = trimmed(text.substr(0, comma), kBlanks);
    if (part.empty())
      return Error{Code::Invalid, "must be words with a comma between each two, none of them empty"};
    parts.push_back(part);
    if (parts.size() > kMaxParts) return Error{Code::Invalid, "must not have more than 1000 words"};
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace cw::policy
