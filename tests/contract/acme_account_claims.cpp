#include "lib/pki/jwk.h"
#include "tests/contract/acme_claims.h"

namespace cw::contract {
namespace {

void directory_has_urls(const AcmeGround& ground) {
  const auto directory = got(ground.open(new_account_key())->directory());
  for (const auto& url : {directory.new_nonce, directory.new_account, directory.new_order,
                          directory.revoke_cert, directory.key_change}) {
    CHECK(url.starts_with("http"));
  }
}

void account_of_a_key_is_one(const AcmeGround& ground) {
  const auto key = new_account_key();
  const auto client = ground.open(key);
  CHECK(failure_of(client->find_account()).is("accountDoesNotExist"));
  const auto account = got(client->register_account(registration(ground, {"mailto:one@contract.example"})));
  CHECK(account.status == "valid");
  CHECK(account.contact == std::vector<std::string>{"mailto:one@contract.example"});
  CHECK(got(client->register_account(registration(ground))).url == account.url);
  CHECK(got(client->find_account()).url == account.url);
  CHECK(got(ground.open(key)->find_account()).url == account.url);
}

void accounts_of_two_keys_are_two(const AcmeGround& ground) {
  CHECK(join(ground).account.url != join(ground).account.url);
}

// Whoever knows the key speaks for the account without having registered it.
void account_is_looked_up_when_needed(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto other = ground.open(member.key);
  CHECK(got(other->new_order(order_for({new_name()}))).status == "pending");
  CHECK(failure_of(ground.open(new_account_key())->new_order(order_for({new_name()})))
            .is("accountDoesNotExist"));
}

void contact_is_replaced(const AcmeGround& ground) {
  const Member member = join(ground, {"mailto:one@contract.example"});
  const std::vector<std::string> contact{"mailto:two@contract.example", "mailto:three@contract.example"};
  const auto account = got(member.client->update_contact(contact));
  CHECK(account.contact == contact);
  CHECK(account.url == member.account.url);
}

void deactivated_account_is_refused(const AcmeGround& ground) {
  const Member member = join(ground);
  CHECK(got(member.client->deactivate_account()).status == "deactivated");
  const auto failure = failure_of(member.client->new_order(order_for({new_name()})));
  CHECK(failure.kind == acme::Failure::Kind::Refused);
  CHECK(failure.is_final());
}

void key_authorization_is_token_and_thumbprint(const AcmeGround& ground) {
  const auto key = new_account_key();
  const auto thumbprint = pki::jwk_thumbprint(key.public_key());
  REQUIRE(thumbprint.has_value());
  CHECK(ground.open(key)->key_authorization("token") == "token." + *thumbprint);
}

void key_is_rolled_over(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto new_key = new_account_key();
  got(member.client->roll_key_over(new_key));
  CHECK(got(member.client->new_order(order_for({new_name()}))).status == "pending");
  CHECK(member.client->key_authorization("t") == ground.open(new_key)->key_authorization("t"));
  CHECK(got(ground.open(new_key)->find_account()).url == member.account.url);
  CHECK(failure_of(ground.open(member.key)->find_account()).is("accountDoesNotExist"));
}

void key_of_another_account_is_refused(const AcmeGround& ground) {
  const Member one = join(ground), other = join(ground);
  CHECK_FALSE(one.client->roll_key_over(other.key).has_value());
  CHECK(got(one.client->find_account()).url == one.account.url);
}

void external_account_is_asked_for(const AcmeGround& ground) {
  if (!ground.external_account) return;
  const auto client = ground.open(new_account_key());
  CHECK(got(client->directory()).external_account_required);
  CHECK(failure_of(client->register_account({})).is("externalAccountRequired"));
  CHECK(got(client->register_account(registration(ground))).status == "valid");
}

}  // namespace

const std::vector<AcmeClaim>& acme_account_claims() {
  static const std::vector<AcmeClaim> claims{
      {"the directory has URLs", directory_has_urls},
      {"the account of a key is one", account_of_a_key_is_one},
      {"the accounts of two keys are two", accounts_of_two_keys_are_two},
      {"an account is looked up when it is needed", account_is_looked_up_when_needed},
      {"the contact is replaced", contact_is_replaced},
      {"a deactivated account is refused", deactivated_account_is_refused},
      {"the key authorization is token and thumbprint", key_authorization_is_token_and_thumbprint},
      {"the key is rolled over", key_is_rolled_over},
      {"the key of another account is refused", key_of_another_account_is_refused},
      {"an external account is asked for", external_account_is_asked_for},
  };
  return claims;
}

}  // namespace cw::contract
