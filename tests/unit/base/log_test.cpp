#include "lib/base/log.h"

#include <catch2/catch.hpp>

using namespace cw;  // tests only

TEST_CASE("log: a JSON line has time, level, message and fields, escaped", "[base][log]") {
  CHECK(log::json_line(log::Level::Warning, 1'600'000'000'123.5, "a \"b\"", {{"k", "x\ny"}, {"e", ""}}) ==
        R"({"ts":1600000000123.500,"level":"warning","msg":"a \"b\"","k":"x\ny","e":""})");
}

TEST_CASE("log: a text line quotes what could be taken for another field", "[base][log]") {
  CHECK(log::text_line("message", {{"a", "b"}, {"c", "d e"}, {"f", ""}, {"g", "h=i\n"}}) ==
        R"(message a=b c="d e" f="" g="h=i\n")");
}

TEST_CASE("log: verbosity and level are what was configured", "[base][log]") {
  log::configure({});
  CHECK(log::enabled(log::Level::Info));
  CHECK_FALSE(log::enabled(log::Level::Debug));
  CHECK_FALSE(log::verbose(log::kRefusals));
  log::configure({.format = log::Format::Json, .level = log::Level::Error, .verbosity = 1});
  CHECK_FALSE(log::enabled(log::Level::Warning));
  CHECK(log::verbose(log::kRefusals));
  CHECK_FALSE(log::verbose(log::kDebugVerbosity));
  log::configure({});
}
