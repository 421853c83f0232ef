#include "lib/pki/extensions.h"

#include <catch2/catch.hpp>

#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::bytes;

TEST_CASE("key usage: known answers, trailing zero bits dropped", "[pki]") {
  CHECK(encode_key_usage(kDigitalSignature | kKeyEncipherment) == bytes("030205a0"));
  CHECK(encode_key_usage(kDigitalSignature | kKeyEncipherment | kCertSign) == bytes("030202a4"));
  CHECK(encode_key_usage(kDecipherOnly) == bytes("0303070080"));
  CHECK(encode_key_usage(kEncipherOnly) == bytes("03020001"));
  for (unsigned usage = 1; usage < 512; ++usage) {
    CHECK(*decode_key_usage(encode_key_usage(static_cast<KeyUsage>(usage))) == usage);
  }
}

TEST_CASE("basic constraints: known answers", "[pki]") {
  CHECK(encode_basic_constraints({}) == bytes("3000"));
  CHECK(encode_basic_constraints({.is_ca = true}) == bytes("30030101ff"));
  CHECK(encode_basic_constraints({.is_ca = true, .path_length = 0}) == bytes("30060101ff020100"));
  CHECK(decode_basic_constraints(bytes("30060101ff020103"))->path_length == 3);
  CHECK_FALSE(decode_basic_constraints(bytes("30060101ff0201ff")).has_value());
}

TEST_CASE("alternative names: known answer in the field's order", "[pki]") {
  const SubjectAltNames names{.dns_names = {"a"},
                              .email_addresses = {"b@c"},
                              .ip_addresses = {*parse_ip("10.0.0.1"), *parse_ip("::1")},
                              .uris = {"u:x"},
                              .other_names = {{"1.2.3", "v"}}};
  const std::string encoded = *encode_subject_alt_names(names);
  CHECK(encoded ==
        bytes("3030 820161 8103624063 87040a000001 871000000000000000000000000000000001 8603753a78 "
              "a009 06022a03 a003 0c0176"));
  const auto decoded = decode_subject_alt_names(encoded);
  REQUIRE(decoded.has_value());
  CHECK(decoded->dns_names == names.dns_names);
  CHECK(decoded->ip_addresses == names.ip_addresses);
  CHECK(decoded->other_names.at(0).utf8_value == "v");
  CHECK(decoded->other_names.at(0).value_der == bytes("0c0176"));
}

TEST_CASE("alternative names: what cannot be encoded is refused", "[pki]") {
  CHECK_FALSE(encode_subject_alt_names({.dns_names = {"\xc3\xa4"}}).has_value());
  CHECK_FALSE(encode_subject_alt_names({.other_names = {{"x", "v"}}}).has_value());
  CHECK_FALSE(encode_subject_alt_names({.other_names = {{"1.2", ""}}}).has_value());
  CHECK_FALSE(encode_subject_alt_names({.other_names = {{"1.2", "\xff"}}}).has_value());
  CHECK(SubjectAltNames{}.empty());
}

TEST_CASE("alternative names: an error never carries bytes that are not UTF-8", "[pki]") {
  const auto refused = decode_subject_alt_names(bytes("3003 8201ff"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find('\xff') == std::string::npos);
}

TEST_CASE("name constraints: known answer, host bits gone", "[pki]") {
  NameConstraints constraints;
  constraints.permitted.dns_domains = {"a"};
  constraints.permitted.ip_ranges = {*parse_cidr("10.1.2.3/8")};
  constraints.excluded.email_addresses = {"m"};
  constraints.excluded.uri_domains = {"u"};
  const std::string encoded = *encode_name_constraints(constraints);
  CHECK(encoded == bytes("301f a011 3003820161 300a 87080a000000ff000000 a10a 300381016d 3003860175"));
  CHECK(*decode_name_constraints(encoded) == constraints);
}

TEST_CASE("key identifiers, distribution points and access information: known answers", "[pki]") {
  CHECK(encode_subject_key_id("ab") == bytes("04026162"));
  CHECK(encode_authority_key_id("ab") == bytes("300480026162"));
  CHECK(*decode_authority_key_id(bytes("300480026162")) == "ab");
  CHECK(decode_authority_key_id(bytes("3000"))->empty());
  CHECK(*encode_crl_distribution_points({"u"}) == bytes("3009 3007 a005 a003 860175"));
  CHECK(*encode_authority_info_access({"o"}, {"i"}) ==
        bytes("301e 300d 06082b06010505073001 86016f 300d 06082b06010505073002 860169"));
  CHECK_FALSE(encode_crl_distribution_points({"\xff"}).has_value());
}

TEST_CASE("ip address: Go's text rules", "[pki]") {
  CHECK(text_of(*parse_ip("2001:DB8:0:0::1")) == "2001:db8::1");
  CHECK(text_of(*parse_ip("::ffff:1.2.3.4")) == "1.2.3.4");
  for (const auto* text : {"", "1.2.3", "01.2.3.4", "1.2.3.4.5", "256.1.1.1", "fe80::1%eth0", " 1.2.3.4",
                           "1.2.3.4/8", "::1::", "g::", "1.2.3.4 "}) {
    INFO(text);
    CHECK_FALSE(parse_ip(text).has_value());
  }
  CHECK_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST_CASE("ip range: Go's text rules", "[pki]") {
  CHECK(text_of(*parse_cidr("10.1.2.3/8")) == "10.0.0.0/8");
  CHECK(text_of(*parse_cidr("2001:db8::1/32")) == "2001:db8::/32");
  CHECK(text_of(*parse_cidr("0.0.0.0/0")) == "0.0.0.0/0");
  CHECK(parse_cidr("::ffff:10.0.0.0/104")->mask.size() == 16);
  CHECK(text_of(*parse_cidr("::ffff:10.0.0.0/104")) == "10.0.0.0/8");
  for (const auto* text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129",
                           "/8", "a/8", "10.0.0.0/8/8", "10.0.0.0/8 "}) {
    INFO(text);
    CHECK_FALSE(parse_cidr(text).has_value());
  }
}
