#include "lib/kube/status.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw;
using kube::Json;
using kube::Reason;

namespace {

constexpr kube::Resource kOrders{"acme.cert-manager.io", "v1", "orders", "Order"};
constexpr kube::Resource kSecrets{"", "v1", "secrets", "Secret"};

constexpr Code kCodes[] = {Code::Invalid,   Code::NotFound, Code::AlreadyExists, Code::Conflict,
                           Code::Forbidden, Code::Gone,     Code::Unavailable,   Code::Internal};

}  // namespace

TEST_CASE("every code survives the way through a Status and back") {
  for (const Code code : kCodes) {
    const kube::StatusError sent(Error{code, "why"});
    const Error back = kube::error_of_answer(sent.http, kube::to_text(sent));
    CHECK(back == Error{code, "why"});
    CHECK(sent.code() == code);
  }
}

TEST_CASE("a 409 tells apart what exists from what has changed by its reason") {
  CHECK(kube::already_exists(kOrders, "o").code() == Code::AlreadyExists);
  CHECK(kube::conflict(kOrders, "o", "changed").code() == Code::Conflict);
  CHECK(kube::error_of_answer(409, "").code == Code::Conflict);
}

TEST_CASE("a Status names resource and object as kube-apiserver does") {
  const Json expected = Json::parse(R"({"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure",
    "code":404,"reason":"NotFound","message":"orders.acme.cert-manager.io \"web\" not found",
    "details":{"group":"acme.cert-manager.io","kind":"orders","name":"web"}})");
  CHECK(kube::to_json(kube::not_found(kOrders, "web")) == expected);
  CHECK(kube::not_found(kSecrets, "a\"b").message == R"(secrets "a\"b" not found)");
}

TEST_CASE("an invalid object lists a cause for each field") {
  const kube::FieldErrors errors{kube::required(kube::FieldPath("spec").child("a"), ""),
                                 kube::invalid(kube::FieldPath("spec").child("b"), "5", "must be even")};
  const kube::StatusError error = kube::invalid("Order", "acme.cert-manager.io", "o", errors);
  CHECK(error.http == 422);
  CHECK(
      error.message ==
      R"(Order.acme.cert-manager.io "o" is invalid: [spec.a: Required value, spec.b: Invalid value: 5: must be even])");
  REQUIRE(error.details->causes.size() == 2);
  CHECK(error.details->causes[0] == kube::StatusCause{"FieldValueRequired", "Required value", "spec.a"});
  CHECK(error.details->causes[1] ==
        kube::StatusCause{"FieldValueInvalid", "Invalid value: 5: must be even", "spec.b"});
}

TEST_CASE("an answer that is no Status still has a code and a short message") {
  const Error error = kube::error_of_answer(503, std::string(100'000, 'x'));
  CHECK(error.code == Code::Unavailable);
  CHECK(error.message.size() < 1000);
  CHECK(kube::error_of_answer(404, "<html>").code == Code::NotFound);
  CHECK(kube::error_of_answer(418, "{\"kind\":5}").code == Code::Invalid);
}

TEST_CASE("a success tells what was removed") {
  const Json success = kube::success({.name = "web", .kind = "orders", .uid = "u"});
  CHECK(success["status"] == "Success");
  CHECK(success["details"] == Json::parse(R"({"name":"web","kind":"orders","uid":"u"})"));
}
