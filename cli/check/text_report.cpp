#include "cli/check/report.h"
#include "cli/manifest/printable.h"

namespace cw::cli::check {
namespace {

std::string object_text(const Finding& finding) {
  const ObjectName& object = finding.object;
  if (object.kind.empty()) return {};
  std::string text = " (" + object.kind;
  const std::string prefix = object.name_space.empty() ? "" : object.name_space + "/";
  if (!object.name.empty()) text += " " + prefix + object.name;
  if (!finding.source.empty()) text += ", " + finding.source;
  return text + ")";
}

std::string line_of(const Finding& finding) {
  std::string line = finding.file;
  if (finding.at.line > 0) line += ":" + std::to_string(finding.at.line);
  if (finding.at.line > 0 && finding.at.column > 0) line += ":" + std::to_string(finding.at.column);
  line += finding.level == Level::Error ? ": error [" : ": warning [";
  line += finding.rule + "] ";
  if (!finding.field.empty()) line += finding.field + ": ";
  return line + finding.message + object_text(finding);
}

}  // namespace

void write_text(const Report& report, std::ostream& out) {
  for (const Finding& finding : report.findings) out << manifest::printable(line_of(finding)) << "\n";
  const Counts& counts = report.counts;
  out << counts.checked << " checked, " << counts.refused << " refused, " << counts.warnings << " warnings, "
      << counts.skipped << " of other kinds";
  if (counts.unreadable > 0) out << ", " << counts.unreadable << " unreadable";
  out << "\n";
}

void write_report(const Report& report, Format format, std::ostream& out) {
  switch (format) {
    case Format::Text:
      return write_text(report, out);
    case Format::Json:
      return write_json(report, out);
    case Format::Sarif:
      return write_sarif(report, out);
  }
}

}  // namespace cw::cli::check
