#include "lib/http/url.h"

#include <algorithm>
#include <optional>

#include "lib/base/ascii.h"
#include "lib/base/percent.h"
#include "lib/http/base_url.h"

namespace cw::http {
namespace {

constexpr std::size_t kMaxUrl = 8192;

Error invalid(std::string_view url, const char* why) {
  constexpr std::size_t kMaxShown = 200;
  return {Code::Invalid, "URL \"" + std::string(url.substr(0, kMaxShown)) + "\": " + why};
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

std::optional<std::string> decoded(std::string_view part) {
  std::string text(part);
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decoded(text);
}

}  // namespace

Result<SplitUrl> split_url(std::string_view url) {
  if (url.size() > kMaxUrl) return invalid(url, "it is too long");
  if (!std::all_of(url.begin(), url.end(), is_visible)) {
    return invalid(url, "it has a character that has to be percent-encoded");
  }
  const std::string_view whole = url.substr(0, url.find('#'));
  const std::size_t scheme_end = whole.find("://");
  if (scheme_end == std::string_view::npos) return invalid(url, "it has to begin with https:// or http://");
  const std::size_t host_end = std::min(whole.find_first_of("/?", scheme_end + 3), whole.size());
  SplitUrl split{.origin = std::string(whole.substr(0, host_end)),
                 .target = std::string(whole.substr(host_end))};
  if (!split.target.starts_with('/')) split.target.insert(0, 1, '/');
  if (const auto base = parse_base_url(split.origin); !base)
    return invalid(url, "its scheme, host or port is wrong");
  return split;
}

Result<std::string> resolve_location(const std::string& asked, std::string_view location) {
  const auto from = TRY(split_url(asked));
  std::string resolved;
  if (location.find("://") != std::string_view::npos) {
    resolved = location;
  } else if (location.starts_with("//")) {
    resolved = from.origin.substr(0, from.origin.find("//")) + std::string(location);
  } else if (location.starts_with('/')) {
    resolved = from.origin + std::string(location);
  } else {
    const std::string path = from.target.substr(0, from.target.find('?'));
    resolved = from.origin + path.substr(0, path.rfind('/') + 1) + std::string(location);
  }
  TRY(split_url(resolved));
  return resolved;
}

std::multimap<std::string, std::string> query_of(std::string_view target) {
  std::multimap<std::string, std::string> query;
  std::string_view rest = target.substr(std::min(target.find('?'), target.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size());
    if (pair.empty() || pair.find(';') != std::string_view::npos) continue;
    const std::size_t equal = std::min(pair.find('='), pair.size());
    const auto name = decoded(pair.substr(0, equal));
    const auto value = decoded(pair.substr(std::min(equal + 1, pair.size())));
    if (name && value) query.emplace(*name, *value);
  }
  return query;
}

}  // namespace cw::http
