// Source: k8s.io/component-base/logs/api/v1 Validate, which CFG-30 stands for.
#include <array>
#include <limits>

#include "cli/config_rules.h"
#include "webhook/rules/shown.h"

namespace cw::cli {
namespace {

using kube::FieldErrors;
using kube::FieldPath;
using webhook::Rule;

constexpr std::int64_t kMaxLevel = std::numeric_limits<std::int32_t>::max();

// Runs over the list's items.
template <typename Check>
FieldErrors each(const std::vector<FileLevel>& items, const FieldPath& at, Check check) {
  FieldErrors all;
  for (std::size_t i = 0; i < items.size(); ++i) check(items[i], at.child("vmodule").index(i), all);
  return all;
}

FieldErrors flush_frequency(const LoggingSettings& logging, const FieldPath& at) {
  if (logging.flush_frequency > Duration(0)) return {};
  return {kube::invalid(at.child("flushFrequency"), webhook::shown(logging.flush_frequency),
                        "must be greater than 0")};
}

FieldErrors format_known(const LoggingSettings& logging, const FieldPath& at) {
  if (logging.format == "text" || logging.format == "json") return {};
  return {kube::invalid(at.child("format"), kube::quoted(logging.format), "must be text or json")};
}

FieldErrors format_klog(const LoggingSettings& logging, const FieldPath& at) {
  if (logging.format == "text") return {};
  FieldErrors all;
  for (const std::string& flag : logging.klog_flags) {
    all.push_back(kube::invalid(at.child("format"), kube::quoted(logging.format),
                                "only text goes with the flag --" + flag));
  }
  return all;
}

FieldErrors verbosity(const LoggingSettings& logging, const FieldPath& at) {
  if (logging.verbosity >= 0 && logging.verbosity <= kMaxLevel) return {};
  return {kube::invalid(at.child("verbosity"), webhook::shown(logging.verbosity),
                        "must be from 0 to 2147483647")};
}

FieldErrors vmodule_format(const LoggingSettings& logging, const FieldPath& at) {
  if (logging.vmodule.empty() || logging.format.empty() || logging.format == "text") return {};
  return {kube::forbidden(at.child("vmodule"), "only goes with the format text")};
}

FieldErrors pattern_required(const LoggingSettings& logging, const FieldPath& at) {
  return each(logging.vmodule, at, [](const FileLevel& item, const FieldPath& place, FieldErrors& all) {
    if (item.pattern.empty()) all.push_back(kube::required(place, "filePattern must be given"));
  });
}

FieldErrors pattern_syntax(const LoggingSettings& logging, const FieldPath& at) {
  return each(logging.vmodule, at, [](const FileLevel& item, const FieldPath& place, FieldErrors& all) {
    if (item.pattern.find_first_of("=,") == std::string::npos) return;
    all.push_back(kube::invalid(place, kube::quoted(item.pattern), "filePattern must not hold = or ,"));
  });
}

FieldErrors level_limit(const LoggingSettings& logging, const FieldPath& at) {
  return each(logging.vmodule, at, [](const FileLevel& item, const FieldPath& place, FieldErrors& all) {
    if (item.level <= kMaxLevel) return;
    all.push_back(kube::invalid(place, webhook::shown(item.level), "verbosity must be at most 2147483647"));
  });
}

void check_stream(const LogStream& stream, const FieldPath& at, FieldErrors& all) {
  constexpr const char* kWhy = "is an alpha option of Kubernetes' logging, which is off";
  if (stream.split) all.push_back(kube::forbidden(at.child("splitStream"), kWhy));
  if (stream.buffer.find_first_of("123456789") != std::string::npos) {
    all.push_back(kube::forbidden(at.child("infoBufferSize"), kWhy));
  }
}

FieldErrors alpha_options(const LoggingSettings& logging, const FieldPath& at) {
  FieldErrors all;
  check_stream(logging.text, at.child("options.text"), all);
  check_stream(logging.json, at.child("options.json"), all);
  return all;
}

constexpr std::string_view kSource = "CFG-30";

constexpr Rule<LoggingSettings> kLogging[] = {
    {"config.logging.flushFrequency.positive", kSource, flush_frequency},
    {"config.logging.format.known", kSource, format_known},
    {"config.logging.format.klog", kSource, format_klog},
    {"config.logging.verbosity.range", kSource, verbosity},
    {"config.logging.vmodule.format", kSource, vmodule_format},
    {"config.logging.vmodule.pattern.required", kSource, pattern_required},
    {"config.logging.vmodule.pattern.syntax", kSource, pattern_syntax},
    {"config.logging.vmodule.level.limit", kSource, level_limit},
    {"config.logging.options.alpha", kSource, alpha_options},
};

}  // namespace

FieldErrors check_logging(const LoggingSettings& logging) {
  return run(kLogging, logging, FieldPath("logging"));
}
void list_logging_rules(webhook::RuleList& into) { webhook::list_rows(into, kLogging); }

}  // namespace cw::cli
