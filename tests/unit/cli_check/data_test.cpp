// tests/data/check: NAME.yaml or NAME.json is checked (with NAME.old.yaml as its older version, if that is
// there), and NAME.ENDING.txt has what comes out: the exit code and counts, then one line a finding, without
// its words.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/check/check.h"

using namespace cw::cli;  // NOLINT(google-build-using-namespace)

namespace {

namespace fs = std::filesystem;
const fs::path kFolder = fs::path(CW_TEST_DATA) / "check";

std::vector<fs::path> inputs() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const fs::path& path = entry.path();
    const bool old = path.stem().extension() == ".old";
    if (entry.is_regular_file() && path.extension() != ".txt" && !old) all.push_back(path);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string outcome_of(const fs::path& path) {
  check::CheckOptions options;
  options.files = {path.string()};
  const fs::path old = path.parent_path() / (path.stem().string() + ".old.yaml");
  if (fs::exists(old)) options.old_files = {old.string()};
  const check::Report report = check::check(options);
  std::ostringstream out;
  const check::Counts& counts = report.counts;
  out << "exit " << report.exit_code << ": " << counts.checked << " checked, " << counts.refused
      << " refused, " << counts.warnings << " warnings, " << counts.skipped << " skipped, "
      << counts.unreadable << " unreadable\n";
  for (const check::Finding& finding : report.findings) {
    out << finding.at.line << ":" << finding.at.column << " "
        << (finding.level == check::Level::Error ? "error " : "warning ") << finding.rule;
    if (!finding.field.empty()) out << " " << finding.field;
    if (!finding.source.empty()) out << " from " << finding.source;
    out << "\n";
  }
  return out.str();
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every file of tests/data/check comes out as its .txt says") {
  const std::vector<fs::path> all = inputs();
  CHECK(all.size() >= 30);
  for (const fs::path& path : all) {
    INFO(path.filename().string());
    CHECK(outcome_of(path) == content_of(path.string() + ".txt"));
  }
}
