#include "lib/policy/explain.h"

#include <algorithm>
#include <utility>

#include "lib/policy/decide_words.h"
#include "lib/policy/headline.h"
#include "lib/policy/words.h"

namespace cw::policy {
namespace {

constexpr std::size_t kMaxRefusal = 4096;
constexpr std::size_t kMaxWarning = 120;
constexpr std::size_t kMaxWarnings = 6;
constexpr std::size_t kMaxPending = 1024;
constexpr std::size_t kMaxLine = 600;
constexpr std::size_t kMaxPolicies = 8;
constexpr std::size_t kMaxFailuresOfPolicy = 3;
constexpr std::size_t kNearest = 3;

// "policy a: field: "x": detail; field: …"
std::string line_of(std::string_view who, const std::vector<Failure>& failures) {
  std::string text(who);
  const std::size_t shown = std::min(failures.size(), kMaxFailuresOfPolicy);
  for (std::size_t i = 0; i < shown; ++i) text.append(i == 0 ? ": " : "; ").append(brief(failures[i]));
  if (shown < failures.size()) text += " (and " + std::to_string(failures.size() - shown) + " more)";
  return text;
}

// One line for each that refuses; where none looked at the request, why those that came nearest did not.
std::vector<std::string> causes(const Verdict& verdict) {
  std::vector<std::string> lines;
  if (!verdict.guard.empty()) {
    lines.push_back(line_of("issuer guard", verdict.guard));
    return lines;
  }
  std::size_t left_out = 0;
  for (const PolicyOutcome& outcome : verdict.outcomes) {
    if (outcome.stage != Stage::Fails) continue;
    if (lines.size() < kMaxPolicies) {
      lines.push_back(line_of("policy " + outcome.policy, outcome.failures));
    } else {
      ++left_out;
    }
  }
  if (left_out > 0) lines.push_back("and " + std::to_string(left_out) + " more policies");
  if (lines.empty() && !verdict.outcomes.empty()) {
    lines.push_back("no policy applies: " + one_line(nearest_outcomes(verdict.outcomes, kNearest)));
  }
  return lines;
}

std::string explain_command(const RequestView& view) {
  return "explain: certwright explain -n " + shell_word(view.name_space) + " -f FILE";
}

}  // namespace

std::string refusal_text(const Verdict& verdict, const RequestView& view) {
  std::string text = headline(verdict, view);
  for (const std::string& line : causes(verdict)) text += "\n" + shortened(line, kMaxLine);
  const std::vector<Failure>* failures = nearest_failures(verdict);
  std::string end;
  if (failures != nullptr) {
    if (const std::string fix = fix_of(*failures); !fix.empty()) end += "\nfix: " + shortened(fix, kMaxLine);
  }
  end += "\n" + shortened(explain_command(view), kMaxLine);
  return shortened(text, kMaxRefusal - end.size()) + end;
}

std::vector<std::string> warning_texts(const Verdict& verdict, const RequestView& view) {
  if (verdict.answer == Answer::Approved) return {};
  std::vector<std::string> texts;
  const auto add = [&](std::string_view text) {
    if (texts.size() < kMaxWarnings) texts.push_back(shortened(in_ascii(text), kMaxWarning));
  };
  switch (verdict.answer) {
    case Answer::Denied:
      add("policy: " + headline(verdict, view));
      break;
    case Answer::Error:
      add("policy: cannot be told yet: " + verdict.message);
      return texts;
    default:
      add(verdict.outcomes.empty() ? "policy: no CertificateRequestPolicy exists, so the request will wait"
          : verdict.deferred
              ? "policy: not all policies are ready, so the request will wait"
              : "policy: none applies in namespace " + view.name_space + ", so the request will wait");
  }
  const std::vector<Failure>* failures = nearest_failures(verdict);
  const std::string fix = failures != nullptr ? fix_of(*failures) : std::string();
  for (const std::string& line : causes(verdict)) {
    if (texts.size() + (fix.empty() ? 0 : 1) < kMaxWarnings) add(line);
  }
  if (!fix.empty()) add("fix: " + fix);
  return texts;
}

std::string pending_text(const Verdict& verdict, const RequestView& view) {
  if (verdict.answer == Answer::Error || verdict.deferred)
    return shortened(one_line(verdict.message), kMaxPending);
  if (verdict.outcomes.empty()) {
    return shortened("No CertificateRequestPolicy exists; make one that selects " + issuer_text(view.issuer) +
                         " and namespace " + view.name_space,
                     kMaxPending);
  }
  return shortened("No CertificateRequestPolicy applies to " + issuer_text(view.issuer) + " in namespace " +
                       view.name_space + ": " + one_line(nearest_outcomes(verdict.outcomes, kNearest)),
                   kMaxPending);
}

}  // namespace cw::policy
