#include "lib/kube/field_error.h"

#include <catch2/catch.hpp>

#include "lib/kube/json_text.h"
#include "lib/kube/utf8.h"

using namespace cw::kube;  // tests only

TEST_CASE("field_error: a message names the path, the class, the value where it is shown, and the detail",
          "[kube]") {
  const FieldPath at = FieldPath("spec").child("dnsNames").index(2);
  CHECK(message(required(at, "give one")) == "spec.dnsNames[2]: Required value: give one");
  CHECK(message(required(at, "")) == "spec.dnsNames[2]: Required value");
  CHECK(message(invalid(at, quoted("x"), "no")) == "spec.dnsNames[2]: Invalid value: \"x\": no");
  CHECK(message(forbidden(at, "no")) == "spec.dnsNames[2]: Forbidden: no");
  CHECK(message(duplicate(at, "\"a\"")) == "spec.dnsNames[2]: Duplicate value: \"a\"");
  CHECK(message(too_long(at, 64)) == "spec.dnsNames[2]: Too long: may not be more than 64 bytes");
  CHECK(message(not_supported(at, "300", {"256", "384"})) ==
        "spec.dnsNames[2]: Unsupported value: 300: supported values: \"256\", \"384\"");
  CHECK(message(plain_error("the request names no resource")) == "the request names no resource");
}

TEST_CASE("field_error: a path grows by members, indices and keys", "[kube]") {
  CHECK(FieldPath().child("spec").text() == "spec");
  CHECK(FieldPath("a").child("b").index(0).child("c").key("k").text() == "a.b[0].c[k]");
}

TEST_CASE("field_error: several errors stand in brackets, one stands bare, what is said twice is said once",
          "[kube]") {
  const FieldError a = required(FieldPath("a"), "");
  const FieldError b = forbidden(FieldPath("b"), "no");
  CHECK(message(FieldErrors{}) == "");
  CHECK(message(FieldErrors{a}) == "a: Required value");
  CHECK(message(FieldErrors{a, b}) == "[a: Required value, b: Forbidden: no]");
  CHECK(message(FieldErrors{a, b, a}) == "[a: Required value, b: Forbidden: no]");
  CHECK(message(FieldErrors{a, a}) == "a: Required value");
}

TEST_CASE("quoted: strings come out as Go's %q writes them", "[kube]") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quoted("\a\b\f\n\r\t\v") == R"("\a\b\f\n\r\t\v")");
  CHECK(quoted(std::string_view("\0\x1f\x7f", 3)) == R"("\x00\x1f\x7f")");
  CHECK(quoted("é<>&") == "\"é<>&\"");
  CHECK(quoted("\xff\xc3(") == R"("\xff\xc3(")");
  CHECK(quoted("\u00a0\u200b\ue000") == R"("\u00a0\u200b\ue000")");
  CHECK(quoted("\U000e0001") == R"("\U000e0001")");
}

TEST_CASE("json_string: strings come out as Go's encoding/json writes them", "[kube]") {
  CHECK(json_string("") == R"("")");
  CHECK(json_string("a\"b\\c/") == R"("a\"b\\c/")");
  CHECK(json_string("<>&") == R"("\u003c\u003e\u0026")");
  CHECK(json_string(std::string_view("\n\r\t\0\x1f\x7f", 6)) == "\"\\n\\r\\t\\u0000\\u001f\\u007f\"");
  CHECK(json_string("é") == "\"é\"");
  CHECK(json_string("\u2028") == R"("\u2028")");
  CHECK(json_string("a\xff"
                    "b") == R"("a\ufffdb")");
}

TEST_CASE("rune_at: overlong forms, surrogates and cut sequences are no UTF-8", "[kube]") {
  for (const std::string_view broken :
       {"\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\xf5\x80\x80\x80", "\x80", "\xf0\x80\x80\x80"}) {
    const Rune rune = rune_at(broken, 0);
    CHECK_FALSE(rune.valid);
    CHECK(rune.length == 1);
  }
  CHECK(rune_at("\U0010ffff", 0).value == 0x10ffff);
}
