// Media types, encodings and compression of answers, Go's words about values.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include "apiserver/presentation.h"
#include "apiserver/wire/accept.h"
#include "apiserver/wire/answer.h"
#include "apiserver/wire/go_words.h"
#include "apiserver/wire/gzip.h"

namespace cw::apiserver {
namespace {

http::Request asking(std::string accept) {
  return {.method = "GET", .path = "/api/v1/x", .headers = {{"Accept", std::move(accept)}}};
}

std::string unzipped(const std::string& zipped, std::size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zipped.data()));
  stream.avail_in = static_cast<uInt>(zipped.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("the client's best media type is answered") {
  struct Case {
    const char* accept;
    Family family;
    int status;  // 200: it can be answered
    Encoding encoding = Encoding::JsonText;
  };
  const Case cases[] = {
      {"", Family::Core, 200},
      {"*/*", Family::Core, 200},
      {"application/*", Family::Core, 406},  // the routes of core kinds know no half wildcards
      {"application/*", Family::Custom, 200},
      {"text/html", Family::Custom, 406},
      {"text/html, application/yaml;q=0.5", Family::Core, 200, Encoding::Yaml},
      {"application/json;q=0.1, application/yaml", Family::Custom, 200, Encoding::Yaml},
      {"application/json;as=Table;v=v2;g=meta.k8s.io", Family::Custom, 406},
      {"application/json;as=Table;v=v2;g=meta.k8s.io, application/json", Family::Core, 200},
      {"application/vnd.kubernetes.protobuf", Family::Custom, 406},
      {"application/vnd.kubernetes.protobuf", Family::Core, 200, Encoding::Protobuf},
      {"application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io", Family::Core, 406},
      {"application/json;stream=foo", Family::Custom, 406},
      {", ,", Family::Core, 406},
      {"gibberish", Family::Custom, 406},
  };
  for (const Case& one : cases) {
    INFO(one.accept);
    const auto wanted = read_accept(asking(one.accept), "get", one.family);
    CHECK((wanted ? 200 : wanted.error().http) == one.status);
    if (wanted) CHECK(wanted->encoding == one.encoding);
  }
  CHECK(
      read_accept(asking("application/yaml"), "watch", Family::Custom).error().message.find("stream=watch") !=
      std::string::npos);
}

TEST_CASE("answers and errors come in the encoding that was asked for") {
  const ResourceTable resources;
  const TypeCatalog types;
  http::Response response{.body = R"({"kind":"X","a":[1,"yes"]})"};
  finish_answer(asking("application/yaml"), {resources, types}, response);
  CHECK(response.body == "a:\n- 1\n- \"yes\"\nkind: X\n");
  CHECK(response.content_type == "application/yaml");
  http::Response refused{.status = 404, .body = R"({"kind":"Status"})"};
  finish_answer(asking("application/yaml;as=Table;v=v1;g=meta.k8s.io"), {resources, types}, refused);
  CHECK(refused.content_type == "application/json");
}

TEST_CASE("large answers are compressed for who accepts it") {
  const ResourceTable resources;
  const TypeCatalog types;
  const std::string body = "\"" + std::string(200'000, 'x') + "\"";
  http::Request request = asking("");
  request.headers.emplace_back("Accept-Encoding", "deflate, gzip");
  http::Response response{.body = body};
  finish_answer(request, {resources, types}, response);
  CHECK(response.body.size() < 2000);
  CHECK(unzipped(response.body, body.size()) == body);
  http::Response small{.body = "{}"};
  finish_answer(request, {resources, types}, small);
  CHECK(small.body == "{}");
}

TEST_CASE("JSON is spread over lines as Go does it") {
  CHECK(indented(R"({"a":{},"b":[],"c":[1,{"d":"x,{\"y"}]})") ==
        "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": \"x,{\\\"y\"\n    }\n  ]\n}");
}

TEST_CASE("values are shown as Go prints them") {
  CHECK(go_print(Json::parse(R"({"data":{"y":8,"n":null},"l":["a",true,1.5]})")) ==
        "map[data:map[n:<nil> y:8] l:[a true 1.5]]");
  CHECK(body_start("") == "<empty>");
  CHECK(body_start("{\"a\":1}") == "{\"a\":1}");
  CHECK(body_start("ab") == "6162");
  CHECK(body_start("{" + std::string(40, 'x')) == "{" + std::string(29, 'x') + " ...");
}

}  // namespace cw::apiserver
