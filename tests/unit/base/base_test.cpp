#include <catch2/catch.hpp>

#include "lib/base/duration.h"
#include "lib/base/encoding.h"
#include "lib/base/file.h"
#include "lib/base/random.h"
#include "lib/base/time_text.h"

namespace {

using namespace cw;  // tests only

}  // namespace

TEST_CASE("duration: text survives a round trip in Go's form", "[base]") {
  for (const char* text : {"0s", "1ns", "1.5\u00b5s", "2ms", "1.5s", "1m0s", "2160h0m0s", "-1h30m0s",
                           "2562047h47m16.854775807s"}) {
    const auto parsed = parse_duration(text);
    REQUIRE(parsed);
    CHECK(format_duration(*parsed) == text);
  }
}

TEST_CASE("duration: what Go refuses is refused", "[base]") {
  for (const char* text :
       {"", "-", "1", "1x", ".s", "1h ", " 1h", "1d", "9223372036854775808ns", "1e3s", "2562048h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK(parse_duration("+0"));
  CHECK(parse_duration("1.h"));
  CHECK(parse_duration(".5h"));
  CHECK(parse_duration("-9223372036854775808ns"));
}

TEST_CASE("time: RFC 3339 with offset and fraction, nothing else", "[base]") {
  CHECK(format_time(*parse_time("2026-01-02T03:04:05Z")) == "2026-01-02T03:04:05Z");
  CHECK(format_time(*parse_time("2026-01-02T03:04:05.999+02:30")) == "2026-01-02T00:34:05Z");
  for (const char* text :
       {"", "2026-01-02", "2026-02-30T00:00:00Z", "2026-01-02 03:04:05Z", "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+2:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("base64: padding is required and line breaks are skipped", "[base]") {
  CHECK(encode_base64("any carnal pleas") == "YW55IGNhcm5hbCBwbGVhcw==");
  CHECK(decode_base64("YW55IGNh\ncm5hbCBwbGVhcw==") == "any carnal pleas");
  CHECK_FALSE(decode_base64("YW55IGNhcm5hbCBwbGVhcw"));
  CHECK_FALSE(
      decode_base64("YW5="
                    "="));
  CHECK_FALSE(decode_base64("YW 5"));
  CHECK(encode_base64url("\xff\xfe") == "__4");
  CHECK(decode_base64url("__4") == "\xff\xfe");
}

TEST_CASE("utf8: overlong forms and surrogates are refused", "[base]") {
  CHECK(is_valid_utf8("d\u00fcr \U0001F512"));
  CHECK_FALSE(is_valid_utf8("\xc0\x80"));
  CHECK_FALSE(is_valid_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_valid_utf8("\xe2\x82"));
}

TEST_CASE("random: a UUID has version 4 and never repeats", "[base]") {
  const std::string first = random_uuid();
  CHECK(first.size() == 36);
  CHECK(first[14] == '4');
  CHECK(first != random_uuid());
  CHECK(random_name_suffix().size() == 5);
}

TEST_CASE("file: one over the limit is refused whole, a missing one is told apart", "[base]") {
  const std::string path = "README.md";  // tests run in the repository's root
  const auto whole = read_file(path, 1U << 20U);
  REQUIRE(whole);
  CHECK(whole->size() > 4096);  // more than one piece
  CHECK(read_file(path, whole->size()));
  CHECK(read_file(path, whole->size() - 1).error().code == Code::Invalid);
  CHECK(read_file("no such file", 1).error().code == Code::Unavailable);
  CHECK(read_file("lib", 1).error().code == Code::Unavailable);
}
