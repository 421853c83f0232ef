// TSIG and updates against servers that answer wrongly; tests/real/dns shows both with BIND.
#include "lib/dns/update.h"

#include <catch2/catch.hpp>

#include "lib/dns/names.h"
#include "lib/dns/wire.h"
#include "tests/unit/dns/loopback_server.h"
#include "tests/unit/dns/messages.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;
using cw::test::LoopbackServer;

namespace {

using Answers = std::vector<std::string>;
const TimePoint kNow{1'790'000'000s};
const TxtChange kChange{.zone = "example.test.", .name = "a.example.test.", .value = "v"};

TsigKey key(pki::HmacHash hash = pki::HmacHash::Sha256) {
  return {.name = "key.", .hash = hash, .secret = SecretBytes("0123456789abcdef")};
}

std::string answer_to(std::string_view query, unsigned rcode) {
  std::string out(query.substr(0, 2));
  append_u16(out, static_cast<std::uint16_t>(0xA800U | rcode));
  return out + std::string(8, '\0');
}

// So long that what comes is waited for on however busy a machine.
Status update(const std::string& server, const TsigKey* with = nullptr,
              std::chrono::milliseconds timeout = 60s) {
  return send_update(
      kChange, {.address = *parse_server(server), .key = with, .timeout = timeout, .resend_after = 100ms},
      kNow);
}

// RFC 8945 §5.3: over the request's MAC, the answer and the variables. Its record is that of sign_message
// with another MAC in it.
std::string answer_signed_by_server(const std::string& answer, const TsigKey& with, const std::string& mac) {
  std::string bytes;
  append_u16(bytes, static_cast<std::uint16_t>(mac.size()));
  bytes +=
      mac + answer + *wire_name(with.name) + std::string("\0\xFF\0\0\0\0", 6) + *wire_name("hmac-sha256.");
  append_u16(bytes, 0);
  append_u32(bytes, static_cast<std::uint32_t>(kNow.time_since_epoch().count()));
  append_u16(bytes, 300);
  append_u32(bytes, 0);
  std::string out = sign_message(answer, with, kNow)->bytes;
  const std::string right = *pki::hmac(with.hash, with.secret.reveal(), bytes);
  return out.replace(out.size() - 6 - right.size(), right.size(), right);
}

}  // namespace

TEST_CASE("an update adds or removes exactly one record", "[dns][update]") {
  TxtChange change = kChange;
  const std::string add = *encode_update(change, 7);
  CHECK(read_u16(add, 2) == 0x2800);
  CHECK(add.ends_with(std::string("\0\x10\0\1\0\0\0\x3C\0\2\1v", 12)));
  change.action = TxtChange::Action::Remove;
  CHECK(encode_update(change, 7)->ends_with(std::string("\0\x10\0\xFE\0\0\0\0\0\2\1v", 12)));
  change.value = std::string(256, 'x');
  CHECK(encode_update(change, 7)->ends_with(std::string("\1x", 2)));
  change.name = "a..b.";
  CHECK(encode_update(change, 7).error().code == Code::Invalid);
}

TEST_CASE("the algorithms have the field's names, in any case", "[dns][tsig]") {
  CHECK(find_tsig_algorithm("") == pki::HmacHash::Md5);
  CHECK(find_tsig_algorithm("hmacSHA384") == pki::HmacHash::Sha384);
  CHECK_FALSE(find_tsig_algorithm("hmac-sha256").has_value());
}

TEST_CASE("an answer signed over our signature is genuine, any change spoils it", "[dns][tsig]") {
  const TsigKey mine = key();
  const std::string query = *encode_update(kChange, 7);
  const auto sent = sign_message(query, mine, kNow);
  REQUIRE(sent);
  const std::string answer = answer_to(query, 0);
  CHECK_FALSE(verify_answer(answer, mine, sent->mac, kNow)->is_signed);
  const std::string genuine = answer_signed_by_server(answer, mine, sent->mac);
  CHECK(verify_answer(genuine, mine, sent->mac, kNow)->is_genuine);
  CHECK(verify_answer(genuine, mine, sent->mac, kNow + 300s)->is_genuine);
  CHECK_FALSE(verify_answer(genuine, mine, sent->mac, kNow + 301s)->is_genuine);
  CHECK_FALSE(verify_answer(genuine, mine, "another", kNow)->is_genuine);
  // Ours, taken for an answer: signed by the key, but not over our MAC.
  const auto echoed = verify_answer(sent->bytes, mine, sent->mac, kNow);
  REQUIRE(echoed);
  CHECK(echoed->is_signed);
  CHECK_FALSE(echoed->is_genuine);
  TsigKey other = key();
  other.name = "other.";
  CHECK_FALSE(verify_answer(sent->bytes, other, sent->mac, kNow)->is_signed);
}

TEST_CASE("broken TSIG records are errors, not harm", "[dns][tsig]") {
  const TsigKey mine = key();
  const auto sent = sign_message(*encode_update(kChange, 7), mine, kNow);
  int refused = 0;
  for (std::size_t size = 0; size < sent->bytes.size(); ++size) {
    refused += verify_answer(sent->bytes.substr(0, size), mine, "", kNow) ? 0 : 1;
  }
  CHECK(refused == static_cast<int>(sent->bytes.size()));
  for (std::size_t at = 0; at < sent->bytes.size(); ++at) {
    std::string spoilt = sent->bytes;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 0xFF);
    const auto verdict = verify_answer(spoilt, mine, "x", kNow);
    CHECK((!verdict || !verdict->is_genuine));
  }
}

TEST_CASE("what the server refuses is told by its name", "[dns][update]") {
  struct Case {
    unsigned rcode;
    const char* name;
    Code code;
  };
  for (const Case& each : {Case{5, "REFUSED", Code::Forbidden}, Case{9, "NOTAUTH", Code::NotFound},
                           Case{10, "NOTZONE", Code::NotFound}, Case{2, "SERVFAIL", Code::Unavailable},
                           Case{4, "NOTIMP", Code::Invalid}, Case{13, "RCODE13", Code::Invalid}}) {
    const LoopbackServer server(
        [&](std::string_view query) { return Answers{answer_to(query, each.rcode)}; });
    const Status done = update(server.server());
    REQUIRE_FALSE(done);
    CHECK(done.error().code == each.code);
    CHECK_THAT(done.error().message, Catch::Contains(each.name) && Catch::Contains(server.server()));
  }
}

TEST_CASE("an unsigned success does not count where we signed", "[dns][update]") {
  const LoopbackServer server([](std::string_view query) { return Answers{answer_to(query, 0)}; });
  CHECK(update(server.server()));
  const TsigKey mine = key();
  const Status done = update(server.server(), &mine);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Unavailable);
  CHECK_THAT(done.error().message, Catch::Contains("not signed"));
}

TEST_CASE("a forged signature does not count", "[dns][update]") {
  const TsigKey mine = key();
  const TsigKey forged{.name = "key.", .hash = mine.hash, .secret = SecretBytes("fedcba9876543210")};
  const LoopbackServer server([&](std::string_view query) {
    return Answers{sign_message(answer_to(query, 0), forged, kNow)->bytes};
  });
  const Status done = update(server.server(), &mine);
  REQUIRE_FALSE(done);
  CHECK_THAT(done.error().message, Catch::Contains("signature"));
}

TEST_CASE("answers to other updates and garbage are not ours", "[dns][update]") {
  const LoopbackServer server([](std::string_view query) {
    std::string other = answer_to(query, 5);
    other[0] = static_cast<char>(other[0] + 1);
    return Answers{other, "", "garbage", std::string(query), answer_to(query, 0)};
  });
  CHECK(update(server.server()));
}

TEST_CASE("no answer is Unavailable after the time limit", "[dns][update]") {
  const LoopbackServer server([](std::string_view) { return Answers{}; });
  const auto begin = std::chrono::steady_clock::now();
  const Status done = update(server.server(), nullptr, 400ms);
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Code::Unavailable);
}
