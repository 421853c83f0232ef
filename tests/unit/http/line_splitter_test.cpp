#include "lib/http/line_splitter.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using cw::http::LineSplitter;

namespace {

struct Lines {
  std::vector<std::string> taken;
  std::size_t wanted = 100;
  LineSplitter::OnLine on_line = [this](std::string_view line) {
    taken.emplace_back(line);
    return taken.size() < wanted;
  };
};

}  // namespace

TEST_CASE("lines come out whole however the pieces are cut") {
  Lines lines;
  LineSplitter splitter(100, lines.on_line);
  for (const char c : std::string("one\ntwo\r\n\nthree")) CHECK(splitter.feed({&c, 1}));
  CHECK(lines.taken == std::vector<std::string>{"one", "two"});
  splitter.finish();
  CHECK(lines.taken == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("a line that grows too long ends the stream") {
  Lines lines;
  LineSplitter splitter(8, lines.on_line);
  CHECK(splitter.feed("12345678"));
  CHECK_FALSE(splitter.feed("9"));
  CHECK(splitter.is_overlong());
}

TEST_CASE("no line is given after one that said enough") {
  Lines lines;
  lines.wanted = 1;
  LineSplitter splitter(8, lines.on_line);
  CHECK_FALSE(splitter.feed("a\nb\n"));
  CHECK(lines.taken.size() == 1);
}
