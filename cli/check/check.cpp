#include "cli/check/check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/check/files_facts.h"
#include "cli/check/judge.h"
#include "cli/check/limits.h"
#include "cli/manifest/input.h"
#include "cli/manifest/manifest.h"
#include "lib/base/clock.h"
#include "schemas/outcome.h"
#include "webhook/offline_approval.h"
#include "webhook/review.h"

namespace cw::cli::check {
namespace {

using kube::Json;
using manifest::Input;
using manifest::Manifest;
using manifest::ManifestObject;
using manifest::Origin;
using yaml::RepeatedMember;
using yaml::TextProblem;

// A group that we serve kinds of; trust.cert-manager.io and its like belong to others.
bool is_our_group(std::string_view api_version) {
  const std::string_view group = api_version.substr(0, api_version.find('/'));
  const auto kinds = schemas::kinds();
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](const schemas::KindSchema& kind) { return kind.resource.group == group; });
}

struct ReadFile {
  std::string name;
  Origin origin = Origin::Named;
  Manifest manifest;
};

ObjectName name_of(const Json& object) {
  return {text_member(object, "apiVersion"), text_member(object, "kind"), metadata_text(object, "namespace"),
          metadata_text(object, "name")};
}

class Check {
 public:
  explicit Check(const CheckOptions& options)
      : options_(options), facts_(options.name_space, options.cluster_resource_namespace) {}

  Report run() {
    const std::vector<ReadFile> files = read(options_.files);
    olds_ = read(options_.old_files);
    report_.counts.files = files.size();
    index_olds();
    for (const ReadFile& file : files) {
      for (const ManifestObject& object : file.manifest.objects) facts_.add(object.json);
    }
    const webhook::ReviewAnswer reviews(
        options_.rules, {signers_, access_},
        {.facts = &facts_, .clock = &clock_, .enforcement = options_.enforcement});
    Judge judge(reviews, options_.name_space);
    for (const ReadFile& file : files) {
      for (const ManifestObject& object : file.manifest.objects) examine(file, object, judge);
    }
    close(files);
    return std::move(report_);
  }

 private:
  using OldKey = std::tuple<std::string, std::string, std::string, std::string>;

  std::vector<ReadFile> read(const std::vector<std::string>& names) {
    std::vector<ReadFile> files;
    for (Input& input : manifest::read_inputs(names, options_.standard_input)) {
      if (!input.problem.empty()) {
        report_unreadable(input.name, {{}, input.problem}, rule_id::kUnreadable);
      }
      Manifest manifest = input.problem.empty() ? manifest::read_manifest(input.text) : Manifest{};
      for (const TextProblem& problem : manifest.problems) {
        report_unreadable(input.name, problem, rule_id::kMalformed);
      }
      files.push_back({std::move(input.name), input.origin, std::move(manifest)});
    }
    return files;
  }

  void report_unreadable(const std::string& file, const TextProblem& problem, std::string_view rule) {
    ++report_.counts.unreadable;
    Finding finding{Level::Error, std::string(rule), {}, problem.message};
    finding.file = file;
    finding.at = problem.at;
    push(std::move(finding));
  }

  OldKey old_key(const ObjectName& object) const {
    const std::string& name_space = object.name_space.empty() ? options_.name_space : object.name_space;
    return {object.api_version, object.kind, name_space, object.name};
  }

  void index_olds() {
    for (const ReadFile& file : olds_) {
      for (const ManifestObject& object : file.manifest.objects) {
        if (object.json.is_object()) old_objects_[old_key(name_of(object.json))] = &object.json;
      }
    }
  }

  // As it is stored: with defaults and without what the schema does not know. nullopt: there is none.
  std::optional<Json> find_old(const ObjectName& object, const schemas::KindSchema& kind) const {
    const auto found = old_objects_.find(old_key(object));
    if (found == old_objects_.end()) return std::nullopt;
    Json old = *found->second;
    if (!schemas::normalize(old, kind.object)) return std::nullopt;
    return old;
  }

  void examine(const ReadFile& file, const ManifestObject& object, Judge& judge) {
    const ObjectName name = name_of(object.json);
    const schemas::KindSchema* kind = schemas::find_kind(name.api_version, name.kind);
    const bool named = !name.api_version.empty() && !name.kind.empty();
    const bool untyped = name.api_version.empty() && name.kind.empty();
    const bool foreign = named ? !is_our_group(name.api_version) : untyped && file.origin == Origin::Found;
    if (kind == nullptr && foreign) {
      ++report_.counts.skipped;
      return;
    }
    ++report_.counts.checked;
    std::vector<Finding> findings;
    if (kind != nullptr) {
      const std::optional<Json> old = find_old(name, *kind);
      findings = judge.judge(object.json, *kind, old ? &*old : nullptr);
    } else {
      findings.push_back(unknown_kind(object.json, name));
    }
    tell(file, object, name, std::move(findings));
  }

  static Finding unknown_kind(const Json& object, const ObjectName& name) {
    std::string message = "apiVersion and kind must be set";
    if (!object.is_object()) message = "an object is wanted, not a " + std::string(object.type_name());
    if (!name.api_version.empty() && !name.kind.empty()) {
      message = "there is no kind " + name.kind + " in " + name.api_version;
    }
    const bool lacks_kind = object.is_object() && name.kind.empty();
    const std::string field = lacks_kind ? "kind" : object.is_object() ? "apiVersion" : "";
    return {Level::Error, std::string(schemas::rule_id::kResource), field, std::move(message)};
  }

  void tell(const ReadFile& file, const ManifestObject& object, const ObjectName& name,
            std::vector<Finding> findings) {
    for (Finding& finding : findings) finding.at = object.place_of(finding.field);
    for (const RepeatedMember& member : object.repeated) {
      Finding finding{Level::Error, std::string(rule_id::kRepeated), member.path, "stands more than once"};
      finding.at = member.at;
      findings.push_back(std::move(finding));
    }
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
    });
    bool refused = false;
    for (Finding& finding : findings) {
      finding.file = file.name;
      finding.object = name;
      finding.source = object.source;
      refused |= finding.level == Level::Error;
      report_.counts.warnings += finding.level == Level::Warning ? 1 : 0;
      push(std::move(finding));
    }
    report_.counts.refused += refused ? 1 : 0;
  }

  void push(Finding finding) {
    // Warnings do not crowd out what refuses.
    const std::size_t most = finding.level == Level::Error ? 2 * kMaxFindings : kMaxFindings;
    if (report_.findings.size() < most) report_.findings.push_back(std::move(finding));
  }

  // By file in the order given: what could not be read was found first, and goes to its file.
  void close(const std::vector<ReadFile>& files) {
    std::map<std::string, std::size_t> order;
    for (const ReadFile& file : files) order.emplace(file.name, order.size());
    const auto rank = [&](const Finding& one) {
      const auto found = order.find(one.file);
      return std::pair(found != order.end() ? found->second : order.size(), one.at.line);
    };
    std::stable_sort(report_.findings.begin(), report_.findings.end(),
                     [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
    const Counts& counts = report_.counts;
    const bool refused = counts.refused > 0 || (options_.warnings == Warnings::Refuse && counts.warnings > 0);
    report_.exit_code = counts.unreadable > 0 ? kUnreadable : refused ? kRefused : kNothingRefused;
  }

  const CheckOptions& options_;
  FilesFacts facts_;
  webhook::NoSigners signers_;
  webhook::NoAccess access_;
  SystemClock clock_;
  std::vector<ReadFile> olds_;
  std::map<OldKey, const Json*> old_objects_;
  Report report_;
};

}  // namespace

Report check(const CheckOptions& options) { return Check(options).run(); }

}  // namespace cw::cli::check
