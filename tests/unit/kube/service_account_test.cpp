// The user that a ServiceAccount is.
#include "lib/kube/service_account.h"

#include <catch2/catch.hpp>

namespace cw::kube {

TEST_CASE("a service account's user is taken apart and put together") {
  const auto account = parse_service_account("system:serviceaccount:cm:cert-manager");
  REQUIRE(account);
  CHECK(account->name_space == "cm");
  CHECK(account->name == "cert-manager");
  CHECK(service_account_username("cm", "cert-manager") == "system:serviceaccount:cm:cert-manager");
  for (const char* other :
       {"jane", "system:serviceaccount", "system:serviceaccount:", "system:serviceaccount:cm",
        "system:serviceaccount::a", "system:serviceaccount:a:", "system:serviceaccount:a:b:c",
        "system:serviceaccount:A:b", "system:serviceaccount:a.b:c", "xsystem:serviceaccount:a:b", ""}) {
    INFO(other);
    CHECK_FALSE(parse_service_account(other));
    CHECK(user_named(other).groups == List<std::string>{"system:authenticated"});
    CHECK(user_named(other).username == other);
  }
}

TEST_CASE("a service account has the groups that the API server gives it") {
  CHECK(user_named("system:serviceaccount:cm:cert-manager").groups ==
        List<std::string>{"system:serviceaccounts", "system:serviceaccounts:cm", "system:authenticated"});
}

TEST_CASE("whether a user is one account is told without taking it apart") {
  CHECK(is_service_account("system:serviceaccount:a:b", "a", "b"));
  CHECK_FALSE(is_service_account("system:serviceaccount:a:b", "a", "bb"));
  CHECK_FALSE(is_service_account("system:serviceaccount:a:b", "", "a:b"));
  CHECK_FALSE(is_service_account("system:serviceaccount:ab", "a", "b"));
  CHECK_FALSE(is_service_account("a:b", "a", "b"));
}

}  // namespace cw::kube
