#include <nlohmann/json.hpp>

#include "cli/check/report.h"

namespace cw::cli::check {
namespace {

// Members in the order in which docs/check.md has them.
using Json = nlohmann::ordered_json;

constexpr int kFormatVersion = 1;

Json json_of(const Finding& finding) {
  return {{"file", finding.file},        {"line", finding.at.line},
          {"column", finding.at.column}, {"level", finding.level == Level::Error ? "error" : "warning"},
          {"rule", finding.rule},        {"field", finding.field},
          {"message", finding.message},  {"apiVersion", finding.object.api_version},
          {"kind", finding.object.kind}, {"namespace", finding.object.name_space},
          {"name", finding.object.name}, {"source", finding.source}};
}

}  // namespace

void write_json(const Report& report, std::ostream& out) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(json_of(finding));
  const Counts& counts = report.counts;
  const Json document = {{"version", kFormatVersion},
                         {"tool", {{"name", "certwright"}, {"version", CW_VERSION}}},
                         {"findings", std::move(findings)},
                         {"summary",
                          {{"files", counts.files},
                           {"checked", counts.checked},
                           {"refused", counts.refused},
                           {"warnings", counts.warnings},
                           {"skipped", counts.skipped},
                           {"unreadable", counts.unreadable}}},
                         {"exitCode", report.exit_code}};
  // File names may be of any bytes.
  out << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace cw::cli::check
