#include "lib/yaml/parse.h"

#include <utility>

#include "lib/base/encoding.h"
#include "lib/yaml/limits.h"
#include "lib/yaml/yaml_document.h"
#include "lib/yaml/yaml_value.h"

namespace cw::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error invalid(std::string_view why) {
  constexpr std::string_view kOurs = "malformed YAML: ";
  if (why.starts_with(kOurs)) why.remove_prefix(kOurs.size());
  return {Code::Invalid, "yaml: " + std::string(why)};
}

// The name of the member that a path ends with, as Go writes a string.
std::string key_of(const RepeatedMember& member) { return kube::Json(member.key).dump(); }

}  // namespace

std::string strict_message(const ParsedYaml& parsed) {
  std::string words = "yaml: unmarshal errors:";
  for (const std::string& one : parsed.repeated) words += "\n  " + one;
  return words;
}

Result<ParsedYaml> parse_yaml(std::string_view text) {
  if (text.size() > kMaxTextBytes) return invalid("too long");
  if (!is_valid_utf8(text)) return invalid("invalid leading UTF-8 octet");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (has_many_directives(text)) return invalid("too many %TAG directives");
  const YamlStream stream = read_yaml(text, 1);
  ParsedYaml parsed;
  if (stream.documents.empty()) {
    if (stream.problems.empty()) return parsed;
    return invalid(stream.go_words.empty() ? stream.problems.front().message : stream.go_words);
  }
  Budget budget;
  YamlValueReader reader(stream.documents.front(), budget);
  auto value = reader.read();
  if (!value) return invalid(reader.problem().message);
  parsed.json = *std::move(value);
  for (const RepeatedMember& member : reader.repeated()) {
    parsed.repeated.push_back("line " + std::to_string(member.value_line) + ": key " + key_of(member) +
                              " already set in map");
  }
  return parsed;
}

}  // namespace cw::yaml
