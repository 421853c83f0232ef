#include <algorithm>
#include <mutex>
#include <thread>

#include "tests/contract/acme_claims.h"

namespace cw::contract {
namespace {

void order_names_its_authorizations(const AcmeGround& ground) {
  const Member member = join(ground);
  const std::string one = new_name(), two = new_name();
  const auto order = got(member.client->new_order(order_for({one, two})));
  CHECK(order.status == "pending");
  CHECK_FALSE(order.finalize.empty());
  CHECK(order.certificate.empty());
  REQUIRE(order.authorizations.size() == 2);
  std::vector<std::string> names;
  for (const auto& url : order.authorizations) {
    const auto authorization = got(member.client->get_authorization(url));
    CHECK(authorization.status == "pending");
    CHECK_FALSE(authorization.wildcard);
    CHECK_FALSE(challenge_of(authorization, "http-01").token.empty());
    CHECK(challenge_of(authorization, "dns-01").status == "pending");
    names.push_back(authorization.identifier.value);
  }
  CHECK_THAT(names, Catch::Matchers::UnorderedEquals(std::vector<std::string>{one, two}));
  const auto again = got(member.client->get_order(order.url));
  CHECK(again.url == order.url);
  CHECK(again.finalize == order.finalize);
}

void wildcard_is_for_dns_only(const AcmeGround& ground) {
  const Member member = join(ground);
  const std::string name = new_name();
  const auto order = got(member.client->new_order(order_for({"*." + name})));
  const auto authorization = got(member.client->get_authorization(order.authorizations.at(0)));
  CHECK(authorization.identifier == acme::Identifier{"dns", name});
  CHECK(authorization.wildcard);
  for (const auto& challenge : authorization.challenges) CHECK(challenge.type.starts_with("dns-"));
}

void what_is_not_shown_is_invalid(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto order = got(member.client->new_order(order_for({new_name()})));
  const auto authorization = try_authorization(ground, *member.client, order.authorizations.at(0), false);
  CHECK(authorization.status == "invalid");
  CHECK_FALSE(challenge_of(authorization, "http-01").error.empty());
  CHECK(settled(ground, *member.client, order.url).status == "invalid");
}

void deactivated_authorization_ends_the_order(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto order = got(member.client->new_order(order_for({new_name()})));
  CHECK(got(member.client->deactivate_authorization(order.authorizations.at(0))).status == "deactivated");
  CHECK(settled(ground, *member.client, order.url).status == "invalid");
}

void order_that_is_not_ready_is_not_finalized(const AcmeGround& ground) {
  const Member member = join(ground);
  const std::string name = new_name();
  const auto order = got(member.client->new_order(order_for({name})));
  const auto failure =
      failure_of(member.client->finalize(order.finalize, csr_for({name}, new_account_key())));
  CHECK(failure.is("orderNotReady"));
  CHECK(failure.is_final());
}

void csr_for_other_names_is_refused(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto order =
      authorize(ground, *member.client, got(member.client->new_order(order_for({new_name()}))));
  const auto failure =
      failure_of(member.client->finalize(order.finalize, csr_for({new_name()}, new_account_key())));
  CHECK(failure.kind == acme::Failure::Kind::Refused);
  CHECK(failure.is_final());
}

void unknown_urls_are_refused(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto order = got(member.client->new_order(order_for({new_name()})));
  const auto refused = [](const acme::Failure& failure) {
    return failure.kind == acme::Failure::Kind::Refused && failure.problem.status == 404 &&
           !failure.message.empty();
  };
  CHECK(refused(failure_of(member.client->get_order(order.url + "00"))));
  CHECK(refused(failure_of(member.client->get_authorization(order.authorizations.at(0) + "00"))));
}

void unknown_profile_is_not_sent(const AcmeGround& ground) {
  const Member member = join(ground);
  auto request = order_for({new_name()});
  request.profile = "no-such-profile";
  const auto failure = failure_of(member.client->new_order(request));
  CHECK(failure.kind == acme::Failure::Kind::Unsupported);
  CHECK(failure.message ==
        "acme: certificate authority does not advertise a profile with name no-such-profile");
}

void profile_of_the_directory_is_taken(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto profiles = got(member.client->directory()).profiles;
  REQUIRE_FALSE(profiles.empty());
  auto request = order_for({new_name()});
  request.profile = profiles.begin()->first;
  CHECK(got(member.client->new_order(request)).status == "pending");
}

void order_without_names_is_refused(const AcmeGround& ground) {
  const Member member = join(ground);
  CHECK(failure_of(member.client->new_order({})).is_final());
}

void clients_are_used_by_many_threads(const AcmeGround& ground) {
  const Member member = join(ground);
  std::mutex mutex;
  std::vector<std::string> urls, errors;
  const auto work = [&] {
    for (int i = 0; i < 3; ++i) {
      const auto order = member.client->new_order(order_for({new_name()}));
      const std::scoped_lock lock(mutex);
      (order ? urls : errors).push_back(order ? order->url : order.error().message);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  CHECK(errors == std::vector<std::string>{});
  std::sort(urls.begin(), urls.end());
  CHECK(std::unique(urls.begin(), urls.end()) - urls.begin() == 12);
}

}  // namespace

const std::vector<AcmeClaim>& acme_order_claims() {
  static const std::vector<AcmeClaim> claims{
      {"an order names its authorizations", order_names_its_authorizations},
      {"a wildcard is for DNS only", wildcard_is_for_dns_only},
      {"what is not shown is invalid", what_is_not_shown_is_invalid},
      {"a deactivated authorization ends the order", deactivated_authorization_ends_the_order},
      {"an order that is not ready is not finalized", order_that_is_not_ready_is_not_finalized},
      {"a CSR for other names is refused", csr_for_other_names_is_refused},
      {"unknown URLs are refused", unknown_urls_are_refused},
      {"an unknown profile is not sent", unknown_profile_is_not_sent},
      {"a profile of the directory is taken", profile_of_the_directory_is_taken},
      {"an order without names is refused", order_without_names_is_refused},
      {"a client is used by many threads", clients_are_used_by_many_threads},
  };
  return claims;
}

}  // namespace cw::contract
