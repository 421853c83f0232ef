#include "lib/yaml/plain_scalar.h"

#include <cmath>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw;  // NOLINT(google-build-using-namespace)
using kube::Json;

namespace {

struct Scalar {
  const char* text;
  const char* json;
};

constexpr Scalar kScalars[] = {{"5", "5"},
                               {"-5", "-5"},
                               {"+5", "5"},
                               {"1_000", "1000"},
                               {"0x10", "16"},
                               {"010", "8"},
                               {"0o10", "8"},
                               {"0b11", "3"},
                               {"0", "0"},
                               {"-0x10", "-16"},
                               {"1.5", "1.5"},
                               {"1e3", "1000"},
                               {".5", "0.5"},
                               {"5.", "5"},
                               {"yes", "true"},
                               {"On", "true"},
                               {"n", "false"},
                               {"OFF", "false"},
                               {"true", "true"},
                               {"~", "null"},
                               {"", "null"},
                               {"Null", "null"},
                               {"tRue", "\"tRue\""},
                               {"1h", "\"1h\""},
                               {"1.2.3", "\"1.2.3\""},
                               {"09", "9"},
                               {"08x", "\"08x\""},
                               {"-", "\"-\""},
                               {"+", "\"+\""},
                               {".", "\".\""},
                               {"1e", "\"1e\""},
                               {"2026-01-02", "\"2026-01-02\""},
                               {"18446744073709551615", "18446744073709551615"},
                               {"-9223372036854775808", "-9223372036854775808"},
                               {"0x", "\"0x\""},
                               {"_", "\"_\""},
                               {"1__0", "10"},
                               {"infinity", "\"infinity\""},
                               {"-nan", "\"-nan\""}};

std::string tag(const char* name) { return std::string("tag:yaml.org,2002:") + name; }

}  // namespace

TEST_CASE("plain scalars have the types that kubectl gives them") {
  for (const Scalar& one : kScalars) {
    INFO(one.text);
    const Json value = yaml::plain_scalar(one.text);
    CHECK(value == Json::parse(one.json));
    CHECK(value.is_number_float() == Json::parse(one.json).is_number_float());
  }
}

TEST_CASE("infinities and NaN are numbers, for the caller to refuse") {
  CHECK(std::isinf(yaml::plain_scalar("-.Inf").get<double>()));
  CHECK(std::isinf(yaml::plain_scalar("+.INF").get<double>()));
  CHECK(std::isnan(yaml::plain_scalar(".nan").get<double>()));
}

TEST_CASE("a tag says what a scalar is, and the scalar must be that") {
  CHECK(*yaml::tagged_scalar(tag("str"), "5") == "5");
  CHECK(*yaml::tagged_scalar(tag("int"), "5") == 5);
  CHECK(*yaml::tagged_scalar(tag("float"), "5") == 5);
  CHECK(*yaml::tagged_scalar(tag("bool"), "off") == false);
  CHECK(yaml::tagged_scalar(tag("null"), "~")->is_null());
  CHECK(*yaml::tagged_scalar(tag("binary"), "eWVz") == "yes");
  CHECK(*yaml::tagged_scalar("!other", "5") == "5");
  CHECK_FALSE(yaml::tagged_scalar(tag("int"), "x"));
  CHECK_FALSE(yaml::tagged_scalar(tag("int"), "1.5"));
  CHECK_FALSE(yaml::tagged_scalar(tag("bool"), "5"));
  CHECK_FALSE(yaml::tagged_scalar(tag("null"), "x"));
  CHECK_FALSE(yaml::tagged_scalar(tag("binary"), "*"));
  CHECK_FALSE(yaml::tagged_scalar(tag("binary"), "/w=="));
}

TEST_CASE("keys become texts as go-yaml's do; null is none") {
  CHECK(yaml::key_name(yaml::plain_scalar("0x10"), "0x10") == "16");
  CHECK(yaml::key_name(yaml::plain_scalar("on"), "on") == "true");
  CHECK(yaml::key_name(yaml::plain_scalar("a"), "a") == "a");
  CHECK_FALSE(yaml::key_name(yaml::plain_scalar("~"), "~"));
}
