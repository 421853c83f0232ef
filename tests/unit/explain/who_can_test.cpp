#include "cli/explain/who_can.h"

#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace cw::cli::explain;  // NOLINT(google-build-using-namespace)
using cw::policy::Answer;

namespace {

Explanation answer(Answer verdict, const std::string& policy, const std::string& message) {
  return {verdict, {{"verdict", cw::policy::word_of(verdict)}, {"policy", policy}, {"message", message}}};
}

const Explanation kApproved = answer(Answer::Approved, "p", "m");
const Explanation kPending = answer(Answer::Pending, "", "no policy\nmore");
const Explanation kError = answer(Answer::Error, "", "no right");

}  // namespace

TEST_CASE("answers are in the order of the namespaces, however many threads ask") {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("ns-" + std::to_string(i));
  const auto answers =
      ask_each(names, [](const std::string& name) { return answer(Answer::Denied, "", name); });
  REQUIRE(answers.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(answers[i].name_space == names[i]);
    CHECK(answers[i].explanation.record["message"] == names[i]);
  }
  CHECK(ask_each({}, nullptr).empty());
}

TEST_CASE("one that can is enough for exit 0") {
  CHECK(exit_code({{"a", kPending}, {"b", kApproved}, {"c", kError}}) == 0);
  CHECK(exit_code({{"a", kPending}}) == 1);
  CHECK(exit_code({{"a", kPending}, {"c", kError}}) == 3);
}

TEST_CASE("a line a namespace: verdict, and the policy or the first line of the reason") {
  std::ostringstream out;
  write_text({{"a", kApproved}, {"long", kPending}}, out);
  const std::string approved(cw::policy::word_of(Answer::Approved));
  const std::string pending(cw::policy::word_of(Answer::Pending));
  CHECK(out.str() == "a     " + approved + std::string(10 - approved.size(), ' ') + "p\nlong  " + pending +
                         std::string(10 - pending.size(), ' ') + "no policy\n");
}

TEST_CASE("the same as JSON") {
  std::ostringstream out;
  write_json({{"a", kApproved}, {"b", kPending}}, out);
  const auto json = nlohmann::json::parse(out.str());
  CHECK(json["namespaces"][0] == nlohmann::json({{"namespace", "a"},
                                                 {"verdict", cw::policy::word_of(Answer::Approved)},
                                                 {"policy", "p"},
                                                 {"reason", ""}}));
  CHECK(json["namespaces"][1]["reason"] == "no policy");
}
