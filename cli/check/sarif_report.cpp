// SARIF 2.1.0 (OASIS), the parts that code hosts and editors read.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "cli/check/report.h"
#include "cli/check/rule_catalogue.h"
#include "lib/base/ascii.h"

namespace cw::cli::check {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kUnreserved = "-._~/";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_windows_path(std::string_view name) {
  return name.size() > 2 && is_letter(name[0]) && name[1] == ':' && (name[2] == '\\' || name[2] == '/');
}

void append_escaped(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (is_letter(c) || (c >= '0' && c <= '9') || kUnreserved.find(c) != std::string_view::npos) {
    out += c;
  } else {
    out += {'%', kHexDigits[byte >> 4U], kHexDigits[byte & 0xFU]};
  }
}

const char* level_name(Level level) { return level == Level::Error ? "error" : "warning"; }

// The rules that the results name, in order, and where each stands.
class RuleTable {
 public:
  std::size_t index_of(const Finding& finding) {
    const auto [entry, is_new] = indices_.emplace(finding.rule, rules_.size());
    if (is_new) rules_.push_back(rule_json(finding));
    return entry->second;
  }
  Json take() { return std::move(rules_); }

 private:
  static Json rule_json(const Finding& finding) {
    Json rule = {{"id", finding.rule},
                 {"shortDescription", {{"text", describe_rule(finding.rule)}}},
                 {"defaultConfiguration", {{"level", level_name(finding.level)}}}};
    const std::string source = source_of_rule(finding.rule);
    if (!source.empty()) rule["help"] = {{"text", "Source: " + source}};
    return rule;
  }

  Json rules_ = Json::array();
  std::map<std::string, std::size_t> indices_;
};

Json location_of(const Finding& finding) {
  Json physical = {{"artifactLocation", {{"uri", uri_of_file(finding.file)}}}};
  if (finding.at.line > 0) {
    physical["region"] = {{"startLine", finding.at.line}, {"startColumn", std::max(finding.at.column, 1)}};
  }
  Json location = {{"physicalLocation", std::move(physical)}};
  const ObjectName& object = finding.object;
  if (object.kind.empty()) return location;
  const std::string prefix = object.name_space.empty() ? "" : object.name_space + "/";
  std::string name = object.kind + " " + prefix + object.name;
  if (!finding.field.empty()) name += ": " + finding.field;
  location["logicalLocations"] = Json::array({{{"fullyQualifiedName", std::move(name)}, {"kind", "member"}}});
  return location;
}

Json result_of(const Finding& finding, std::size_t rule_index) {
  const std::string text = finding.field.empty() ? finding.message : finding.field + ": " + finding.message;
  return {{"ruleId", finding.rule},
          {"ruleIndex", rule_index},
          {"level", level_name(finding.level)},
          {"message", {{"text", text}}},
          {"locations", Json::array({location_of(finding)})}};
}

}  // namespace

std::string uri_of_file(std::string_view name) {
  if (name == "<stdin>") return "stdin";
  const bool windows = is_windows_path(name);
  std::string uri = windows                 ? "file:///" + std::string(name.substr(0, 2))
                    : name.starts_with('/') ? "file://"
                                            : "";
  for (const char c : name.substr(windows ? 2 : 0)) append_escaped(uri, windows && c == '\\' ? '/' : c);
  return uri;
}

void write_sarif(const Report& report, std::ostream& out) {
  RuleTable rules;
  Json results = Json::array();
  for (const Finding& finding : report.findings)
    results.push_back(result_of(finding, rules.index_of(finding)));
  Json run = {
      {"tool", {{"driver", {{"name", "certwright"}, {"version", CW_VERSION}, {"rules", rules.take()}}}}},
      {"invocations", Json::array({{{"executionSuccessful", report.counts.unreadable == 0},
                                    {"exitCode", report.exit_code}}})},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  const Json document = {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace cw::cli::check
