// Up to eight requests, one after the other, with the byte 0x1e between: a line "METHOD path", lines "?name
// value" of the query and "Name: value" of the header, an empty line, the body.
#include <string>
#include <string_view>

#include "tests/fuzz/api.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr int kMostRequests = 8;
constexpr int kMostInputs = 2000;

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

http::Request read(std::string_view text) {
  http::Request request;
  std::string_view first = take_until(text, '\n');
  request.method = take_until(first, ' ');
  request.path = first;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.empty()) break;
    if (line[0] == '?') {
      line.remove_prefix(1);
      const std::string name(take_until(line, ' '));
      request.query.emplace(name, line);
    } else {
      const std::string name(take_until(line, ':'));
      if (line.starts_with(' ')) line.remove_prefix(1);
      request.headers.emplace_back(name, line);
    }
  }
  request.body = text;
  return request;
}

}  // namespace

void router(std::string_view input) {
  next_input(kMostInputs);
  for (int i = 0; i < kMostRequests && !input.empty(); ++i) {
    http::Request request = read(take_until(input, '\x1e'));
    // The HTTP layer lets no other through.
    if (request.method.empty() || !request.path.starts_with("/")) continue;
    (void)send(std::move(request));
  }
}

}  // namespace cw::fuzz
