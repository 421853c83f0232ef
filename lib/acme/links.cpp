#include "lib/acme/links.h"

#include <optional>

#include "lib/base/ascii.h"
#include "lib/http/url.h"

namespace cw::acme {
namespace {

struct Link {
  std::string_view target;
  std::string relations;  // separated by blanks
};

// Reads one header's links from front to back.
class LinkReader {
 public:
  explicit LinkReader(std::string_view text) : rest_(text) {}

  // nullopt at the end, and at what is no link.
  std::optional<Link> next() {
    skip(", \t");
    if (!rest_.starts_with('<')) return std::nullopt;
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    Link link{.target = rest_.substr(1, end - 1), .relations = {}};
    rest_.remove_prefix(end + 1);
    for (skip(" \t"); rest_.starts_with(';'); skip(" \t")) {
      rest_.remove_prefix(1);
      read_parameter(link);
    }
    return link;
  }

 private:
  void skip(std::string_view blanks) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  std::string_view token() {
    const std::string_view token = rest_.substr(0, rest_.find_first_of("=;, \t"));
    rest_.remove_prefix(token.size());
    return token;
  }

  std::string quoted() {
    std::string value;
    for (rest_.remove_prefix(1); !rest_.empty() && rest_.front() != '"'; rest_.remove_prefix(1)) {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      value += rest_.front();
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return value;
  }

  // RFC 8288 §3.3: only the first rel counts.
  void read_parameter(Link& link) {
    skip(" \t");
    const std::string name = lower_case(token());
    skip(" \t");
    std::string value;
    if (rest_.starts_with('=')) {
      rest_.remove_prefix(1);
      skip(" \t");
      value = rest_.starts_with('"') ? quoted() : std::string(token());
    }
    if (name == "rel" && link.relations.empty()) link.relations = lower_case(value);
  }

  std::string_view rest_;
};

bool has_relation(std::string_view relations, std::string_view wanted) {
  while (!relations.empty()) {
    const std::size_t end = relations.find(' ');
    if (relations.substr(0, end) == wanted) return true;
    relations.remove_prefix(end == std::string_view::npos ? relations.size() : end + 1);
  }
  return false;
}

}  // namespace

std::vector<std::string> find_links(const http::Headers& headers, std::string_view relation,
                                    const std::string& asked_url) {
  std::vector<std::string> urls;
  for (const auto& [name, value] : headers) {
    if (!http::equals_ignoring_case(name, "Link")) continue;
    LinkReader reader(value);
    while (auto link = reader.next()) {
      if (urls.size() == kMaxLinks) return urls;
      if (!has_relation(link->relations, relation)) continue;
      if (auto url = http::resolve_location(asked_url, link->target)) urls.push_back(*std::move(url));
    }
  }
  return urls;
}

}  // namespace cw::acme
