// A file for `certwright check`, with all that judges it: bounded time, a closing line, JSON and SARIF that
// are JSON, and nothing in the text that drives a terminal.
#include <sstream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/check/check.h"
#include "cli/manifest/manifest.h"
#include "lib/base/encoding.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using cli::check::Report;

void check_objects(const cli::manifest::Manifest& manifest) {
  for (const cli::manifest::ManifestObject& object : manifest.objects) {
    CW_ASSERT(kube::parse_json(object.json.dump()).has_value());
    CW_ASSERT(object.place_of("").line >= 0 && object.place_of("spec.dnsNames[0]").line >= 0);
  }
  for (const auto& problem : manifest.problems) CW_ASSERT(!problem.message.empty());
}

void check_report(const Report& report) {
  using namespace cli::check;  // NOLINT(google-build-using-namespace)
  CW_ASSERT(report.exit_code == kNothingRefused || report.exit_code == kRefused ||
            report.exit_code == kUnreadable);
  CW_ASSERT(report.counts.refused <= report.counts.checked);
  bool has_error = false;
  for (const Finding& finding : report.findings) {
    CW_ASSERT(!finding.rule.empty() && !finding.message.empty());
    has_error = has_error || finding.level == Level::Error;
  }
  CW_ASSERT(has_error == (report.exit_code != kNothingRefused));
}

void check_text(const Report& report) {
  std::ostringstream written;
  cli::check::write_text(report, written);
  const std::string text = written.str();
  CW_ASSERT(text.ends_with("\n") && is_valid_utf8(text));
  for (const char c : text) CW_ASSERT(c == '\n' || (static_cast<unsigned char>(c) >= 0x20U && c != '\x7f'));
}

void check_json(const Report& report, cli::check::Format format) {
  std::ostringstream written;
  cli::check::write_report(report, format, written);
  CW_ASSERT(kube::parse_json(written.str()).has_value());
}

}  // namespace

void manifest(std::string_view input) {
  check_objects(cli::manifest::read_manifest(input));
  std::istringstream in{std::string(input)};
  cli::check::CheckOptions options;
  options.files = {"-"};
  options.standard_input = &in;
  const Report report = cli::check::check(options);
  check_report(report);
  check_text(report);
  check_json(report, cli::check::Format::Json);
  check_json(report, cli::check::Format::Sarif);
}

}  // namespace cw::fuzz
