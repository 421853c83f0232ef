#include "lib/pki/der.h"

#include <catch2/catch.hpp>

#include "tests/unit/pki/fixtures.h"

using namespace cw;
using pki::test::bytes;
namespace der = pki::der;

TEST_CASE("der: lengths are definite and minimal", "[pki]") {
  for (const auto* hex : {"30", "3001", "3080 0000", "308100", "30817f", "3082 0080", "30850000000001 00",
                          "3084ffffffff", "3081", "1f0100", "3f0100"}) {
    INFO(hex);
    CHECK_FALSE(der::whole_content(bytes(hex), der::kSequence, "x").has_value());
  }
  CHECK(der::whole_content(bytes("3000"), der::kSequence, "x").has_value());
  CHECK_FALSE(der::whole_content(bytes("300000"), der::kSequence, "x").has_value());
  CHECK_FALSE(der::whole_content(bytes("3100"), der::kSequence, "x").has_value());
}

TEST_CASE("der: what the writer writes the reader reads, at every size of length", "[pki]") {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    const std::string content(size, 'x');
    CHECK(*der::whole_content(der::octet_string(content), der::kOctetString, "x") == content);
  }
}

TEST_CASE("der: integers are minimal two's complement", "[pki]") {
  CHECK(der::integer(0) == bytes("020100"));
  CHECK(der::integer(127) == bytes("02017f"));
  CHECK(der::integer(128) == bytes("02020080"));
  CHECK(der::integer(-1) == bytes("0201ff"));
  CHECK(der::integer(-129) == bytes("0202ff7f"));
  CHECK(der::positive_integer(bytes("0081")) == bytes("02020081"));
  CHECK(der::positive_integer("") == bytes("020100"));
  CHECK(*der::decode_small_integer(bytes("ff7f")) == -129);
  for (const auto* hex : {"", "0001", "ff80", "010203040506070809"}) {
    INFO(hex);
    CHECK_FALSE(der::decode_small_integer(bytes(hex)).has_value());
  }
}

TEST_CASE("der: object identifiers round-trip; malformed ones are refused both ways", "[pki]") {
  for (const auto* dotted : {"1.2.840.113549.1.1.11", "2.5.4.3", "0.9.2342.19200300.100.1.25", "2.999.1",
                             "1.39", "2.16.840.1.113894.746875.1.1", "1.3.2147483647"}) {
    const auto encoded = der::encode_oid(dotted);
    REQUIRE(encoded.has_value());
    CHECK(*der::decode_oid(*der::whole_content(*encoded, der::kOid, "x")) == dotted);
  }
  for (const auto* dotted :
       {"", "1", "3.1", "1.40", "1..2", ".1", "1.", "-1.2", "1.-2", "1.a", "1.2147483648", "1 .2"}) {
    INFO(dotted);
    CHECK_FALSE(der::encode_oid(dotted).has_value());
  }
  for (const auto* hex : {"", "80", "8001", "2a80", "2a8001", "2a8880808000"}) {
    INFO(hex);
    CHECK_FALSE(der::decode_oid(bytes(hex)).has_value());
  }
}

TEST_CASE("der: bit strings have zero padding, booleans two values", "[pki]") {
  CHECK(der::decode_bit_string(bytes("05a0"))->unused_bits == 5);
  CHECK(der::decode_bit_string(bytes("00")).has_value());
  for (const auto* hex : {"", "01", "08ff", "05a1"}) {
    INFO(hex);
    CHECK_FALSE(der::decode_bit_string(bytes(hex)).has_value());
  }
  CHECK_FALSE(der::decode_octets_in_bits(bytes("05a0")).has_value());
  CHECK(*der::decode_boolean(bytes("ff")));
  CHECK_FALSE(*der::decode_boolean(bytes("00")));
  CHECK_FALSE(der::decode_boolean(bytes("01")).has_value());
  CHECK_FALSE(der::decode_boolean("").has_value());
}
