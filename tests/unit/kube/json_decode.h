// Decodes the same text through both sources. The tests of decode run every case on each.
#pragma once

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "lib/kube/decode.h"

namespace cw::kube::test {

enum class Via : unsigned char { Tree, Parsed };

template <typename T>
Result<T> decode_text(Via via, const std::string& text) {
  if (via == Via::Tree) return decode<T>(TRY(parse_json(text)));
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(text).get(element) != simdjson::SUCCESS) return Error{Code::Invalid, "malformed JSON"};
  return decode<T>(element);
}

inline Via each_source() { return GENERATE(Via::Tree, Via::Parsed); }

}  // namespace cw::kube::test
