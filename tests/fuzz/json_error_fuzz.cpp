// JSON text: what either parser takes, the words for errors must not call an error, and the other way round;
// the passes over the text stay inside of it.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "apiserver/go_json_error.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"
#include "lib/kube/json_text.h"
#include "schemas/member_scan.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // skipped by the parsers, an error for Go

bool is_for_simdjson(const std::string& text) {
  static simdjson::dom::parser parser;
  return parser.parse(text).error() == simdjson::SUCCESS;
}

void check_tree(std::string_view text, const kube::Json& tree) {
  CW_ASSERT(kube::parse_json(tree.dump()).has_value());
  CW_ASSERT(!schemas::find_syntax_error(text).has_value());
  // The path of a member with an empty name at the root is empty too.
  const bool has_empty_name = text.find(R"("")") != std::string_view::npos;
  for (const std::string& path : schemas::find_duplicate_members(text))
    CW_ASSERT(!path.empty() || has_empty_name);
  std::size_t before = 0;
  schemas::scan_places(text, [&](const std::string&, std::size_t offset) {
    CW_ASSERT(offset <= text.size() && offset >= before);
    before = offset;
  });
}

void check_error(std::string_view text, const Error& error) {
  CW_ASSERT(error.code == Code::Invalid && !error.message.empty() && is_valid_utf8(error.message));
  const auto offset = schemas::find_syntax_error(text);
  if (offset) CW_ASSERT(*offset <= text.size());
}

void check_words(std::string_view text, const Result<kube::Json>& parsed) {
  const std::string why = apiserver::go_json_error(text).value_or("");
  CW_ASSERT(is_valid_utf8(why));
  if (text.starts_with(kByteOrderMark)) return;
  if (parsed) CW_ASSERT(why.empty());
  if (is_for_simdjson(std::string(text))) CW_ASSERT(why.empty() || why == "exceeded max depth");
}

}  // namespace

void json_error(std::string_view input) {
  const auto parsed = kube::parse_json(input);
  check_words(input, parsed);
  if (parsed) {
    check_tree(input, *parsed);
  } else {
    check_error(input, parsed.error());
  }

  const auto as_string = kube::parse_json(kube::json_string(input));
  CW_ASSERT(as_string.has_value() && as_string->is_string());
  if (is_valid_utf8(input)) CW_ASSERT(as_string->get_ref<const std::string&>() == input);
}

}  // namespace cw::fuzz
