#include "controller/certificates/acme_renewal.h"

#include <catch2/catch.hpp>

#include "controller/certificates/plan.h"
#include "controller/certificates/renewal.h"
#include "lib/issuance/renewal.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kDay{24};

RenewalNews news_at(TimePoint checked, TimePoint start, TimePoint end) {
  return {.not_before = kStart,
          .info = api::CertificateAcmeRenewalInfo{.suggested_window = api::AcmeRenewalWindow{start, end},
                                                  .explanation_url = "",
                                                  .last_checked = checked,
                                                  .next_check = checked + hours(6),
                                                  .last_error = ""}};
}

// Ready, of an ACME issuer that is asked and has said nothing yet.
View acme_view() {
  auto view = ready_view();
  view.acme = AcmeRenewal{.asks = true};
  return view;
}

View told_view(TimePoint start, TimePoint end) {
  auto view = acme_view();
  view.acme->news = news_at(kStart + seconds(5), start, end);
  learn_about_renewal(view);
  return view;
}

}  // namespace

TEST_CASE("renewal information is asked for once there is a certificate, then when the server said",
          "[ari]") {
  auto view = acme_view();
  CHECK(renewal_question(view, kStart).ask);
  CHECK(names_of(plan(view, kStart).actions).find("AskRenewalInfo") != std::string::npos);
  view = told_view(kStart + 60 * kDay, kStart + 61 * kDay);
  const auto later = renewal_question(view, kStart + hours(1));
  CHECK_FALSE(later.ask);
  CHECK(later.look_again == kStart + seconds(5) + hours(6));
  CHECK(renewal_question(view, kStart + hours(7)).ask);
}

TEST_CASE("nobody is asked about other issuers, certificates of other issuers, or what never renews",
          "[ari]") {
  CHECK_FALSE(renewal_question(ready_view(), kStart).ask);
  auto view = acme_view();
  view.acme->asks = false;
  CHECK_FALSE(renewal_question(view, kStart).ask);
  view = acme_view();
  view.secret->issuer_name = "another";
  CHECK_FALSE(renewal_question(view, kStart).ask);
  view = acme_view();
  change(view.certificate, [](auto& c) { c.spec.renewal.emplace().policy = "Disabled"; });
  CHECK_FALSE(renewal_question(view, kStart).ask);
  CHECK_FALSE(renewal_question(new_view(), kStart).ask);
}

TEST_CASE("a server without renewal information is not asked again by the pass, and the status says nothing",
          "[ari]") {
  auto view = told_view(kStart + 60 * kDay, kStart + 61 * kDay);
  view.acme->news = RenewalNews{.not_before = kStart, .info = std::nullopt};
  learn_about_renewal(view);
  CHECK_FALSE(view.status.acme);
  CHECK_FALSE(renewal_question(view, kStart + kDay).ask);
}

TEST_CASE("the renewal lies within the window, at its own moment for each Certificate", "[ari]") {
  const auto start = kStart + 50 * kDay;
  const auto end = start + kDay;
  auto view = told_view(start, end);
  const auto at = renewal_of(view).at;
  REQUIRE(at);
  CHECK(*at >= start);
  CHECK(*at <= end);
  CHECK(renewal_of(told_view(start, end)).at == at);
  change(view.certificate, [](auto& c) { c.metadata.uid = "another"; });
  CHECK(renewal_of(view).at != at);
  SECTION("a moment that was chosen before stays, if it lies within the window") {
    view.status.renewal_time = start + seconds(7);
    CHECK(renewal_of(view).at == start + seconds(7));
    view.status.renewal_time = end + seconds(7);
    CHECK(renewal_of(view).at != end + seconds(7));
  }
}

TEST_CASE("a window in the past means now; the next certificate is not judged by it", "[ari]") {
  auto view = told_view(kStart - 2 * kDay, kStart - kDay);
  const auto due = renewal_due(view, kStart + seconds(10));
  REQUIRE(due);
  CHECK_THAT(due->message, Catch::Matchers::Contains("ACME server suggests"));
  // Issued anew: what was learnt before is about the predecessor.
  view.secret->not_before = kStart + seconds(20);
  CHECK_FALSE(renewal_due(view, kStart + seconds(30)));
  CHECK(renewal_question(view, kStart + seconds(30)).ask);
}

TEST_CASE("news about another certificate than the one in the Secret is no news", "[ari]") {
  auto view = acme_view();
  view.acme->news = news_at(kStart, kStart, kStart);
  view.acme->news->not_before = kStart - kDay;
  learn_about_renewal(view);
  CHECK_FALSE(view.status.acme);
}

TEST_CASE("the renewal windows of the spec hold for a suggested time too", "[ari]") {
  const auto start = kStart + 50 * kDay;
  auto view = told_view(start, start + hours(1));
  change(view.certificate, [](auto& c) {
    auto& renewal = c.spec.renewal.emplace();
    renewal.policy = "RenewBefore";
    renewal.windows.emplace_back();
    auto window = api::CertificateRenewalWindow{};
    window.cron = "0 0 * * 0";
    window.window_duration = std::chrono::hours(2);
    renewal.windows = {window};
  });
  const auto at = renewal_of(view);
  REQUIRE(at.at);
  CHECK_FALSE(at.window_error);
  CHECK(std::chrono::weekday(std::chrono::floor<std::chrono::days>(*at.at)) == std::chrono::Sunday);
}

TEST_CASE("certificates of ACME servers that live less than ten days are renewed at half of their life",
          "[ari]") {
  auto view = acme_view();
  view.secret->not_after = kStart + 6 * kDay;
  CHECK(renewal_of(view).at == kStart + 3 * kDay);
  view.secret->not_after = kStart + 45 * kDay;
  CHECK(renewal_of(view).at == kStart + 30 * kDay);
  auto other = ready_view();
  other.secret->not_after = kStart + 6 * kDay;
  CHECK(renewal_of(other).at == kStart + 4 * kDay);
  SECTION("unless the spec says when") {
    change(view.certificate, [](auto& c) { c.spec.renew_before = hours(24); });
    view.secret->not_after = kStart + 6 * kDay;
    CHECK(renewal_of(view).at == kStart + 5 * kDay);
  }
}
