#include "cli/check/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "lib/base/random.h"
#include "webhook/advice/enforcement.h"

using namespace cw;  // NOLINT(google-build-using-namespace)
namespace check = cli::check;
namespace fs = std::filesystem;

namespace {

const std::string kGood = R"(apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls
  issuerRef: {name: ca}
  dnsNames: [web.example.com]
)";
const std::string kUpper = R"(apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls
  issuerRef: {name: ca}
  dnsNames: [WEB.example.com]
)";

check::Report run(const std::string& text, check::CheckOptions options = {}) {
  std::istringstream input(text);
  options.files = {"-"};
  options.standard_input = &input;
  return check::check(options);
}

// A folder of its own that is gone afterwards.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("cw-check-" + random_uuid())) {
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string text() const { return path_.string(); }

 private:
  fs::path path_;
};

bool has_rule(const check::Report& report, std::string_view rule) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const check::Finding& one) { return one.rule == rule; });
}

}  // namespace

TEST_CASE("a good manifest on standard input exits 0") {
  const check::Report report = run(kGood);
  CHECK(report.exit_code == 0);
  CHECK(report.findings.empty());
  CHECK(report.counts.checked == 1);
}

TEST_CASE("a file that is not there is named and exits 2, whatever else is refused") {
  check::CheckOptions options;
  std::istringstream input("apiVersion: cert-manager.io/v1\nkind: Issuer\n");
  options.files = {"/nonexistent/x.yaml", "-"};
  options.standard_input = &input;
  const check::Report report = check::check(options);
  CHECK(report.exit_code == 2);
  CHECK(report.counts.refused == 1);
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings.front().file == "/nonexistent/x.yaml");
  CHECK(report.findings.front().rule == "input.unreadable");
}

TEST_CASE("a folder is read to its depths, by name; what is no manifest there is passed over") {
  const Folder folder;
  folder.write("b/c/two.yml", kUpper);
  folder.write("a.yaml", kGood);
  folder.write("values.yaml", "replicas: 3\n");
  folder.write("b/readme.md", "kind: [");
  folder.write(".git/x.yaml", "kind: [");
  folder.write("z.json", R"({"apiVersion": "v1", "kind": "Secret"})");
  check::CheckOptions options;
  options.files = {folder.text()};
  const check::Report report = check::check(options);
  CHECK(report.counts.files == 4);
  CHECK(report.counts.checked == 2);
  CHECK(report.counts.skipped == 2);
  CHECK(report.counts.unreadable == 0);
  options.files = {folder.text() + "/values.yaml"};
  CHECK(check::check(options).exit_code == 1);
}

TEST_CASE("a warning exits 0, or 1 if warnings are to refuse, or if its rule is enforced") {
  const check::Report shown = run(kUpper);
  CHECK(shown.exit_code == 0);
  REQUIRE(shown.counts.warnings == 1);
  const check::Finding& warning = shown.findings.front();
  CHECK(warning.level == check::Level::Warning);
  CHECK(warning.rule.starts_with("advice.certificate.dnsNames."));
  CHECK(warning.field == "spec.dnsNames[0]");
  CHECK(warning.at == yaml::Place{7, 14});

  check::CheckOptions strict;
  strict.warnings = check::Warnings::Refuse;
  CHECK(run(kUpper, strict).exit_code == 1);

  check::CheckOptions enforced;
  const auto enforcement = webhook::parse_enforcement({warning.rule});
  REQUIRE(enforcement);
  enforced.enforcement = *enforcement;
  const check::Report refused = run(kUpper, enforced);
  CHECK(refused.exit_code == 1);
  CHECK(refused.findings.front().level == check::Level::Error);
  CHECK(refused.findings.front().rule == warning.rule);
}

TEST_CASE("what stands in another file counts for advice, wherever it comes") {
  const Folder folder;
  const std::string first = folder.write("1.yaml", kGood);
  std::string other = kGood;
  other.replace(other.find("name: web"), 9, "name: two");
  other.replace(other.find("web.example"), 3, "two");
  const std::string second = folder.write("2.yaml", other);
  check::CheckOptions options;
  options.files = {first, second};
  const check::Report both = check::check(options);
  CHECK(both.counts.warnings == 2);
  CHECK(has_rule(both, "advice.certificate.secretName.shared"));
  options.files = {first, first};
  CHECK_FALSE(has_rule(check::check(options), "advice.certificate.secretName.shared"));
}

TEST_CASE("an issuer that no file has is not called missing") {
  const check::Report report = run(kGood);
  CHECK(report.findings.empty());
}

TEST_CASE("policies and the guards of issuers are judged") {
  const check::Report report = run(R"(apiVersion: policy.cert-manager.io/v1alpha1
kind: CertificateRequestPolicy
metadata: {name: team-a}
spec:
  selector: {issuerRef: {}}
  allowed:
    dnsNames: {validations: [{rule: "self.endsWith("}]}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: corp
  annotations: {certwright.dev/max-sans: many}
spec: {selfSigned: {}}
)");
  CHECK(report.exit_code == 1);
  CHECK(report.counts.checked == 2);
  CHECK(has_rule(report, "policy.cel.compile"));
  CHECK(has_rule(report, "guard.max-sans"));
}

TEST_CASE("an endless number of findings is cut") {
  std::string many = kGood;
  for (int i = 0; i < 1000; ++i) many += "  unknown" + std::to_string(i) + ": 1\n";
  const check::Report report = run(many);
  CHECK(report.findings.size() <= 201);
  CHECK(has_rule(report, "input.too-many-findings"));
}
