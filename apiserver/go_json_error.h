// Why a text is no JSON, in the words of Go's decoder, which users of kubectl know. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cw::apiserver {

// "unexpected end of JSON input", "invalid character 'o' in literal null (expecting 'u')"; nullopt if the
// text is JSON as far as Go looks.
std::optional<std::string> go_json_error(std::string_view text);

}  // namespace cw::apiserver
