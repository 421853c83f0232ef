#include "lib/pki/pem.h"

#include <catch2/catch.hpp>

using namespace cw;
using pki::PemReader;

namespace {

std::size_t count_blocks(std::string_view text) {
  PemReader reader(text);
  std::size_t count = 0;
  while (reader.next()) ++count;
  return count;
}

}  // namespace

TEST_CASE("pem: what is written is read back", "[pki]") {
  for (const std::size_t size : {0U, 1U, 47U, 48U, 49U, 1000U}) {
    const std::string content(size, '\x5a');
    const std::string text = pki::encode_pem("SOME THING", content);
    auto block = PemReader(text).next();
    REQUIRE(block.has_value());
    CHECK(block->type == "SOME THING");
    CHECK(block->bytes == content);
    CHECK_FALSE(block->has_headers);
  }
}

TEST_CASE("pem: lines are 64 characters and the text ends with a newline", "[pki]") {
  CHECK(pki::encode_pem("X", std::string(49, '\0')) ==
        "-----BEGIN X-----\n" + std::string(64, 'A') + "\nAA==\n-----END X-----\n");
}

TEST_CASE("pem: blocks are found between other text, malformed ones are passed over", "[pki]") {
  const std::string good = pki::encode_pem("G", "content");
  CHECK(count_blocks("text\n" + good + "text\n" + good) == 2);
  CHECK(count_blocks("-----BEGIN B-----\n!!\n-----END B-----\n" + good) == 1);
  CHECK(count_blocks("-----BEGIN B-----\nAAAA\n-----END C-----\n" + good) == 1);
  CHECK(count_blocks("-----BEGIN B-----\n" + good) == 1);
  CHECK(count_blocks("x" + good) == 0);
  CHECK(count_blocks("-----BEGIN B-----\nAAAA\n-----END B-----x\n") == 0);
  CHECK(count_blocks("-----END B-----\n-----BEGIN B-----\n") == 0);
  CHECK(count_blocks("") == 0);
}

TEST_CASE("pem: headers are noticed and skipped", "[pki]") {
  auto block = PemReader("-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END K-----\n").next();
  REQUIRE(block.has_value());
  CHECK(block->has_headers);
  CHECK(block->bytes.size() == 3);
}

TEST_CASE("pem: text made to be slow is read in linear time", "[pki]") {
  std::string begins, ends, headers = "-----BEGIN X-----\n";
  for (int i = 0; i < 200'000; ++i) {
    begins += "-----BEGIN X-----\n";
    ends += "-----BEGIN X-----\nAA\n-----END Y-----\n";
    headers += ":\n";
  }
  CHECK(count_blocks(begins) == 0);
  CHECK(count_blocks(begins + "\n-----END X-----\n") == 1);
  CHECK(count_blocks(ends) == 0);
  CHECK(count_blocks(headers) == 0);
}

TEST_CASE("pem: text above the limit is refused unseen", "[pki]") {
  CHECK(pki::check_pem_size("1234", 4, "thing").has_value());
  const auto refused = pki::check_pem_size("12345", 4, "thing");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::Invalid);
}
