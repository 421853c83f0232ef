#include "cli/explain/who_can.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>

#include <nlohmann/json.hpp>

#include "lib/kube/json_access.h"

namespace cw::cli::explain {
namespace {

using kube::Json;
using policy::Answer;

// Few, so that a busy API server does not notice.
constexpr std::size_t kThreads = 4;
constexpr std::size_t kVerdictWidth = 10;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::size_t longest_name(const std::vector<NamespaceAnswer>& answers) {
  std::size_t width = 0;
  for (const NamespaceAnswer& one : answers) width = std::max(width, one.name_space.size());
  return width;
}

bool any(const std::vector<NamespaceAnswer>& answers, Answer answer) {
  return std::any_of(answers.begin(), answers.end(),
                     [&](const NamespaceAnswer& one) { return one.explanation.answer == answer; });
}

}  // namespace

std::vector<NamespaceAnswer> ask_each(const std::vector<std::string>& namespaces,
                                      const std::function<Explanation(const std::string&)>& ask) {
  std::vector<NamespaceAnswer> answers(namespaces.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t at = next++; at < namespaces.size(); at = next++) {
      answers[at] = {namespaces[at], ask(namespaces[at])};
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min(kThreads, namespaces.size()); ++i) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  return answers;
}

void write_text(const std::vector<NamespaceAnswer>& answers, std::ostream& out) {
  const std::size_t width = longest_name(answers);
  for (const NamespaceAnswer& one : answers) {
    const std::string verdict(policy::word_of(one.explanation.answer));
    const std::string reason = first_reason(one.explanation);
    out << padded(one.name_space, width) << "  "
        << (reason.empty() ? verdict : padded(verdict, kVerdictWidth) + reason) << "\n";
  }
}

void write_json(const std::vector<NamespaceAnswer>& answers, std::ostream& out) {
  Json rows = Json::array();
  for (const NamespaceAnswer& one : answers) {
    const Explanation& explanation = one.explanation;
    const bool approved = explanation.answer == Answer::Approved;
    rows.push_back({{"namespace", one.name_space},
                    {"verdict", policy::word_of(explanation.answer)},
                    {"policy", kube::text_member(explanation.record, "policy")},
                    {"reason", approved ? std::string() : first_reason(explanation)}});
  }
  out << kube::dumped({{"namespaces", std::move(rows)}}) << "\n";
}

int exit_code(const std::vector<NamespaceAnswer>& answers) {
  if (any(answers, Answer::Approved)) return 0;
  return any(answers, Answer::Error) ? 3 : 1;
}

}  // namespace cw::cli::explain
