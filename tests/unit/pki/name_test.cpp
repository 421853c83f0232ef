#include "lib/pki/name.h"

#include <catch2/catch.hpp>

#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::bytes;

TEST_CASE("name: fields are written in Go's order, values of one type in one sorted set", "[pki]") {
  const SubjectFields fields{.countries = {"DE"},
                             .organizations = {"b", "a"},
                             .organizational_units = {"u"},
                             .localities = {"l"},
                             .provinces = {"p"},
                             .street_addresses = {"s"},
                             .postal_codes = {"z"},
                             .common_name = "c",
                             .serial_number = "n"};
  const auto name = parse_name(*encode_subject(fields));
  REQUIRE(name.has_value());
  CHECK(text_of(*name) == "SERIALNUMBER=n,CN=c,OU=u,O=a+O=b,POSTALCODE=z,STREET=s,L=l,ST=p,C=DE");
  CHECK(subject_fields(*name).organizations == std::vector<std::string>{"a", "b"});
}

TEST_CASE("name: known answers", "[pki]") {
  CHECK(*encode_subject({}) == bytes("3000"));
  CHECK(*encode_subject({.common_name = "a b"}) == bytes("300e 310c 300a 0603550403 1303 612062"));
  CHECK(*encode_subject({.common_name = "*.a"}) == bytes("300e 310c 300a 0603550403 0c03 2a2e61"));
  CHECK(*encode_subject({.common_name = "\xc3\xa4"}) == bytes("300d 310b 3009 0603550403 0c02 c3a4"));
  CHECK_FALSE(encode_subject({.common_name = "\xff"}).has_value());
  CHECK_FALSE(encode_name({{{"CN", "x"}}}).has_value());
}

TEST_CASE("name: of several common names the last in DER order counts", "[pki]") {
  CHECK(common_name({{{"2.5.4.3", "first"}}, {{"2.5.4.10", "o"}}, {{"2.5.4.3", "last"}}}) == "last");
  CHECK(common_name({}).empty());
}

TEST_CASE("name: text escapes what RFC 4514 wants and shows unknown types in hex", "[pki]") {
  CHECK(text_of(DistinguishedName{{{"2.5.4.3", " a,b+c\"\\<>;# "}}}) ==
        "CN=\\ a\\,b\\+c\\\"\\\\\\<\\>\\;#\\ ");
  CHECK(text_of(DistinguishedName{{{"2.5.4.3", "#a"}}}) == "CN=\\#a");
  CHECK(text_of(DistinguishedName{{{"1.2.3", "v"}}}) == "1.2.3=#130176");
}

TEST_CASE("literal name: RFC 4514 text comes out reversed", "[pki]") {
  struct Row {
    std::string text;
    DistinguishedName name;
  };
  const Row rows[] = {
      {"", {}},
      {" \t", {}},
      {"CN=a,O=b", {{{"O", "b"}}, {{"CN", "a"}}}},
      {"CN=a+OU=b;O=c", {{{"O", "c"}}, {{"CN", "a"}, {"OU", "b"}}}},
      {" CN = a b , O= c", {{{"O", "c"}}, {{"CN", "a b"}}}},
      {R"(CN=a\,b\+c\=d\20)", {{{"CN", "a,b+c=d "}}}},
      {R"(CN=a\ )", {{{"CN", "a "}}}},
      {R"(CN=a\\ )", {{{"CN", "a\\"}}}},
      {"CN=a=b", {{{"CN", "a=b"}}}},
      {"CN=", {{{"CN", ""}}}},
      {R"(CN=\c3\a4)", {{{"CN", "\xc3\xa4"}}}},
      {"1.2.3=#0401ff", {{{"1.2.3", "\xff"}}}},
      {"cn=#3003020105", {{{"cn", ""}}}},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto name = parse_literal_name(row.text);
    REQUIRE(name.has_value());
    CHECK(*name == row.name);
  }
}

TEST_CASE("literal name: what go-ldap refuses is refused", "[pki]") {
  for (const auto* text :
       {"a", "=a", "CN", "CN=a,", "CN=a,b", ",CN=a", "CN=\"a\"", "CN=a<b", "CN=a>b", R"(CN=a\)", R"(CN=a\x)",
        R"(CN=a\zz)", R"(CN=a\1)", "CN=#", "CN=#0", "CN=#zz", "CN=#0401", "CN=#040000"}) {
    INFO(text);
    CHECK_FALSE(parse_literal_name(text).has_value());
  }
  CHECK_FALSE(parse_literal_name(std::string_view("CN=a\0b", 6)).has_value());
}

TEST_CASE("literal name: types are keywords in upper case or dotted integers", "[pki]") {
  CHECK(find_attribute_type("UID") == "0.9.2342.19200300.100.1.1");
  CHECK(find_attribute_type("1.2.3") == "1.2.3");
  for (const auto* accepted : {"1", "-1.2", "+3", "007"}) CHECK(find_attribute_type(accepted).has_value());
  for (const auto* refused : {"", "cn", "EMAIL", "1.", ".1", "1..2", "1.a", "+-1", "99999999999999999999"}) {
    INFO(refused);
    CHECK_FALSE(find_attribute_type(refused).has_value());
  }
  CHECK_FALSE(parse_literal_subject("CN=a,FOO=b").has_value());
  CHECK(*parse_literal_subject("CN=a") == DistinguishedName{{{"2.5.4.3", "a"}}});
}
