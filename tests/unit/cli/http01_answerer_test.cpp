#include "cli/http01_answerer.h"

#include <catch2/catch.hpp>

#include "cli/commands.h"
#include "cli/component_flags.h"

using namespace cw;
using cli::answer_http01;

namespace {

std::optional<std::string> only_one(std::string_view host, std::string_view token) {
  if (host != "www.example.com" && host != "2001:db8::1") return std::nullopt;
  return token == "tok" ? std::optional<std::string>("tok.thumb") : std::nullopt;
}

http::Response ask(const std::string& path, const std::string& host = "www.example.com") {
  return answer_http01({.method = "GET", .path = path, .headers = {{"Host", host}}}, only_one);
}

}  // namespace

TEST_CASE("the key is answered for its host and token, with any port, without a line end") {
  for (const char* host : {"www.example.com", "www.example.com:80", "[2001:db8::1]", "[2001:db8::1]:8089"}) {
    INFO(host);
    const auto answer = ask("/.well-known/acme-challenge/tok", host);
    CHECK(answer.status == 200);
    CHECK(answer.body == "tok.thumb");
    REQUIRE(answer.headers.size() == 1);
    CHECK(answer.headers[0] ==
          std::pair<std::string, std::string>("Cache-Control", "no-cache, no-store, must-revalidate"));
  }
}

TEST_CASE("/ and /healthz are answered with nothing") {
  for (const char* path : {"/", "/healthz"}) {
    CHECK(ask(path, "anything").status == 200);
    CHECK(ask(path, "anything").body.empty());
  }
}

TEST_CASE("any other path, token or host is not found") {
  for (const char* path :
       {"/x", "/.well-known/acme-challenge", "/.well-known/acme-challenge/",
        "/.well-known/acme-challenge/TOK", "/.well-known/acme-challenge/tok/",
        "/.well-known/acme-challenge/x/tok", "/x/.well-known/acme-challenge/tok", "/tok"}) {
    INFO(path);
    CHECK(ask(path).status == 404);
    CHECK(ask(path).body.find("thumb") == std::string::npos);
  }
  for (const char* host :
       {"", "example.com", "www.example.com.evil.test", "[", "[2001:db8::1", "2001:db8::1"}) {
    INFO(host);
    CHECK(ask("/.well-known/acme-challenge/tok", host).status == 404);
  }
}

TEST_CASE("the arguments of a solver Pod mean acmesolver; others are as they were") {
  const char* pod[] = {"certwright", "--listen-port=8089", "--domain=a"};
  CHECK(cli::with_subcommand(cli::go_arguments(3, pod)) ==
        std::vector<std::string>{"--domain=a", "--listen-port=8089", "acmesolver"});
  const char* other[] = {"certwright", "webhook", "--listen-port=1"};
  CHECK(cli::with_subcommand(cli::go_arguments(3, other)) ==
        std::vector<std::string>{"--listen-port=1", "webhook"});
  CHECK(cli::with_subcommand({}).empty());
}
