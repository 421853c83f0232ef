// Raw requests with the status and the message that kube-apiserver 1.36 answered (tests/real/raw_requests).
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/wire/answer.h"
#include "tests/unit/apiserver/test_api.h"
#include "tests/unit/apiserver/test_data.h"

namespace cw::apiserver {
namespace {

// "GET /api/v1/x?a=b" with a body and headers.
http::Request request_of(const Json& one) {
  const auto line = one["request"].get<std::string>();
  const std::size_t space = line.find(' ');
  http::Request request{.method = line.substr(0, space), .target = line.substr(space + 1)};
  request.path = request.target.substr(0, request.target.find('?'));
  const Json headers = one.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) {
    request.headers.emplace_back(name, value.get<std::string>());
  }
  request.body = one.value("text", one.contains("body") ? one["body"].dump() : "");
  return request;
}

}  // namespace

TEST_CASE("raw requests are answered as kube-apiserver answers them") {
  TestApi api;
  const Json cases = test_cases("raw_requests.json");
  REQUIRE(cases.size() > 150);
  for (const Json& one : cases) {
    const http::Request request = request_of(one);
    TestAnswer answer = api.send_request(request);
    INFO(one["request"] << " " << one.value("headers", Json()) << " " << request.body);
    CHECK(answer.status == one["status"]);
    const auto* message =
        answer.body.is_object() && answer.body.contains("message") ? &answer.body["message"] : nullptr;
    // Of an answer in YAML the message was not recorded.
    if (one.contains("message")) CHECK((message != nullptr ? *message : Json("")) == one["message"]);
    finish_answer(request, {api.parts().resources, api.parts().types}, answer.response);
    CHECK(Json(answer.response.content_type) == one["type"]);
  }
}

}  // namespace cw::apiserver
