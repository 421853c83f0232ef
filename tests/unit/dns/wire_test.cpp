#include "lib/dns/wire.h"

#include <random>

#include <catch2/catch.hpp>

#include "tests/unit/dns/messages.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using cw::test::kAnswerFlags;
using cw::test::kTruncatedFlag;
using cw::test::txt_data;
using cw::test::wire_answer;
using cw::test::WireRecord;

namespace {

const Query kQuery{.question = {"www.example.test.", RecordType::Txt}, .id = 0x1234};

std::string soa_data() {
  std::string data = *wire_name("ns1.example.test.") + *wire_name("admin.example.test.");
  for (int i = 0; i < 5; ++i) append_u32(data, 5);
  return data;
}

// All kinds of records, each in a form that is right.
std::string rich_answer() {
  const std::string query = *encode_query(kQuery);
  return wire_answer(query,
                     {{"www.example.test.", 5, *wire_name("Alias.Example.TEST.")},
                      {"alias.example.test.", 16, txt_data("one") + txt_data("two")},
                      {"a.test.", 1, std::string("\xC0\x00\x02\x01", 4)},
                      {"a.test.", 28, std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01"}},
                     kAnswerFlags,
                     {{"example.test.", 6, soa_data()}, {"example.test.", 2, *wire_name("ns.test.")}});
}

}  // namespace

TEST_CASE("a query asks for recursion, with EDNS of 1232 bytes", "[dns][wire]") {
  const std::string bytes = *encode_query(kQuery);
  CHECK(read_u16(bytes, 0) == 0x1234);
  CHECK(read_u16(bytes, 2) == 0x0100);
  CHECK(read_u16(bytes, 10) == 1);
  CHECK(read_u16(bytes, bytes.size() - 8) == 1232);
  const std::string plain = *encode_query({.question = kQuery.question, .edns = Edns::Off});
  CHECK(plain.size() + 11 == bytes.size());
  CHECK_FALSE(encode_query({.question = {"a..b.", RecordType::Txt}}));
}

TEST_CASE("all kept types are read", "[dns][wire]") {
  const auto reply = decode_reply(rich_answer(), kQuery);
  REQUIRE(reply);
  CHECK_FALSE(reply->truncated);
  CHECK(reply->answer.authoritative);
  const auto& records = reply->answer.records;
  REQUIRE(records.size() == 4);
  CHECK(records[0] ==
        Record{"www.example.test.", RecordType::Cname, std::chrono::seconds(60), "alias.example.test."});
  CHECK(records[1].value == "onetwo");
  CHECK(records[2].value == "192.0.2.1");
  CHECK(records[3].value == "2001:db8::1");
  REQUIRE(reply->answer.authority.size() == 2);
  CHECK(reply->answer.authority[0].value == "ns1.example.test.");
  CHECK(reply->answer.authority[1].value == "ns.test.");
}

TEST_CASE("a value may hold any bytes", "[dns][wire]") {
  const std::string odd("a\0\"\\\xFF;", 6);
  const auto reply =
      decode_reply(wire_answer(*encode_query(kQuery), {{kQuery.question.name, 16, txt_data(odd)}}), kQuery);
  REQUIRE(reply);
  CHECK(reply->answer.records[0].value == odd);
}

TEST_CASE("an answer to something else is refused", "[dns][wire]") {
  const std::string good = rich_answer();
  REQUIRE(decode_reply(good, kQuery));
  CHECK_FALSE(decode_reply(good, {.question = kQuery.question, .id = 1}));
  CHECK_FALSE(decode_reply(good, {.question = {"other.test.", RecordType::Txt}, .id = kQuery.id}));
  CHECK_FALSE(decode_reply(good, {.question = {"www.example.test.", RecordType::A}, .id = kQuery.id}));
  CHECK_FALSE(decode_reply(*encode_query(kQuery), kQuery));
  std::string update = good;
  update[2] = static_cast<char>(0xA8);
  CHECK_FALSE(decode_reply(update, kQuery));
}

TEST_CASE("the question's case does not count, another class does", "[dns][wire]") {
  std::string upper = rich_answer();
  upper[kHeaderSize + 1] = 'W';
  CHECK(decode_reply(upper, kQuery));
  const auto reply = decode_reply(
      wire_answer(*encode_query(kQuery), {{kQuery.question.name, 16, txt_data("v"), 60, 3}}), kQuery);
  REQUIRE(reply);
  CHECK(reply->answer.records.empty());
}

TEST_CASE("an error may come without the question, success may not", "[dns][wire]") {
  std::string bare("\x12\x34\x81\x85\0\0\0\0\0\0\0\0", 12);
  REQUIRE(decode_reply(bare, kQuery));
  CHECK(decode_reply(bare, kQuery)->answer.code == ResponseCode::Refused);
  bare[3] = static_cast<char>(0x80);
  CHECK_FALSE(decode_reply(bare, kQuery));
}

TEST_CASE("an answer that is cut off says so, even in the middle of a record", "[dns][wire]") {
  const std::string cut = wire_answer(*encode_query(kQuery), {{kQuery.question.name, 16, txt_data("v")}},
                                      kAnswerFlags | kTruncatedFlag);
  for (const std::size_t size : {cut.size(), cut.size() - 1, cut.size() - 9, kHeaderSize}) {
    const auto reply = decode_reply(cut.substr(0, size), kQuery);
    REQUIRE(reply);
    CHECK(reply->truncated);
  }
}

TEST_CASE("a name that points at itself is refused", "[dns][wire]") {
  std::string bytes = wire_answer(*encode_query(kQuery), {});
  bytes[7] = 1;
  const std::size_t at = bytes.size();
  append_u16(bytes, static_cast<std::uint16_t>(0xC000U | at));
  bytes += std::string("\0\x10\0\1\0\0\0\1\0\2\1x", 12);
  CHECK_FALSE(decode_reply(bytes, kQuery));
}

TEST_CASE("counts beyond the bytes are refused", "[dns][wire]") {
  for (const std::size_t at : {5, 7, 9, 11}) {
    std::string bytes = rich_answer();
    bytes[at - 1] = static_cast<char>(0xFF);
    CHECK_FALSE(decode_reply(bytes, kQuery));
  }
}

TEST_CASE("of very many records the first are kept", "[dns][wire]") {
  std::vector<WireRecord> many(2000, {kQuery.question.name, 16, txt_data("v")});
  const auto reply = decode_reply(wire_answer(*encode_query(kQuery), many), kQuery);
  REQUIRE(reply);
  CHECK(reply->answer.records.size() == kMaxRecords);
}

TEST_CASE("spoilt bytes never do harm", "[dns][wire]") {
  std::mt19937 random(8);  // NOLINT(cert-msc51-cpp): the same bytes each time
  const std::string good = rich_answer();
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    const int changes = static_cast<int>(random() % 6) + 1;
    for (int j = 0; j < changes; ++j) bytes[2 + random() % (bytes.size() - 2)] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    refused += decode_reply(bytes, kQuery) ? 0 : 1;
  }
  CHECK(refused > 1000);
  CHECK(refused < 20000);
}
