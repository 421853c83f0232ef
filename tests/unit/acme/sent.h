// A body that was sent. Tests only.
#pragma once

#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/acme/decode.h"

namespace cw::acme::test {

// Keeps the text as long as the body is looked at.
struct Sent {
  std::string text;
  Body body;
  explicit Sent(std::string bytes, const char* type = "application/json; charset=utf-8")
      : text(std::move(bytes)) {
    body = {.content_type = type, .bytes = text, .https_only = true};
  }
  explicit Sent(const nlohmann::json& value) : Sent(value.dump()) {}
};

// What is wrong with it, or "taken".
template <typename T>
std::string complaint(const Answer<T>& answer) {
  if (answer) return "taken";
  CHECK(answer.error().kind == Failure::Kind::Malformed);
  CHECK_FALSE(answer.error().is_final());
  return answer.error().message;
}

}  // namespace cw::acme::test
