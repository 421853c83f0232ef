#include "tests/contract/acme_client_contract.h"

#include "lib/base/random.h"
#include "lib/pki/csr.h"
#include "tests/contract/acme_claims.h"

namespace cw::contract {
namespace {

constexpr int kLooks = 400;  // at what is not settled, before the test gives up

std::vector<std::string> names_of(const acme::OrderRequest& request) {
  std::vector<std::string> names;
  for (const auto& identifier : request.identifiers) names.push_back(identifier.value);
  return names;
}

template <typename T>
T must_have(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}

}  // namespace

pki::PrivateKey new_account_key() {
  return must_have(pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256}));
}

acme::AccountRequest registration(const AcmeGround& ground, const std::vector<std::string>& contact) {
  return {.contact = contact, .external_account = ground.external_account};
}

Member join(const AcmeGround& ground, const std::vector<std::string>& contact) {
  const auto key = new_account_key();
  auto client = ground.open(key);
  auto account = got(client->register_account(registration(ground, contact)));
  return {.key = key, .client = std::move(client), .account = std::move(account)};
}

std::string new_name() { return "n" + random_name_suffix(12) + ".contract.example"; }

acme::OrderRequest order_for(const std::vector<std::string>& dns_names) {
  acme::OrderRequest request;
  for (const auto& name : dns_names) request.identifiers.push_back({"dns", name});
  return request;
}

std::string csr_for(const std::vector<std::string>& dns_names, const pki::PrivateKey& key) {
  pki::CsrTemplate wanted;
  wanted.raw_subject = must_have(pki::encode_subject({}));
  wanted.subject_alt_names.dns_names = dns_names;
  return must_have(pki::Csr::build(wanted, key)).der();
}

const acme::Challenge& challenge_of(const acme::Authorization& authorization, const std::string& type) {
  for (const auto& challenge : authorization.challenges) {
    if (challenge.type == type) return challenge;
  }
  FAIL("no challenge of type " + type);
  return authorization.challenges.front();
}

acme::Authorization try_authorization(const AcmeGround& ground, acme::AcmeClient& client,
                                      const std::string& url, bool shown) {
  auto authorization = got(client.get_authorization(url));
  if (authorization.status != "pending") return authorization;
  const auto& challenge = challenge_of(authorization, authorization.wildcard ? "dns-01" : "http-01");
  if (shown) ground.show(authorization, challenge, client.key_authorization(challenge.token));
  CHECK(got(client.accept_challenge(challenge.url)).url == challenge.url);
  for (int look = 0; look < kLooks; ++look) {
    authorization = got(client.get_authorization(url));
    if (authorization.status != "pending") return authorization;
    ground.wait();
  }
  FAIL("the authorization stays pending");
  return authorization;
}

acme::Order settled(const AcmeGround& ground, acme::AcmeClient& client, const std::string& url) {
  for (int look = 0; look < kLooks; ++look) {
    auto order = got(client.get_order(url));
    if (order.status != "pending" && order.status != "processing") return order;
    ground.wait();
  }
  FAIL("the order is never settled");
  return {};
}

acme::Order authorize(const AcmeGround& ground, acme::AcmeClient& client, const acme::Order& order) {
  for (const auto& url : order.authorizations) {
    REQUIRE(try_authorization(ground, client, url, true).status == "valid");
  }
  return settled(ground, client, order.url);
}

std::vector<pki::Certificate> certificates_of(const acme::CertificateChain& chain) {
  return must_have(pki::Certificate::parse_chain(chain.pem));
}

Issued issue(const AcmeGround& ground, acme::AcmeClient& client, const acme::OrderRequest& request) {
  const auto key = must_have(pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256}));
  auto order = authorize(ground, client, got(client.new_order(request)));
  REQUIRE(order.status == "ready");
  const std::string url = order.url;
  got(client.finalize(order.finalize, csr_for(names_of(request), key)));
  order = settled(ground, client, url);
  REQUIRE(order.status == "valid");
  auto chain = got(client.get_certificate(order.certificate));
  auto certificates = certificates_of(chain);
  return {.order = std::move(order),
          .key = key,
          .chain = std::move(chain),
          .certificates = std::move(certificates)};
}

void check_acme_client(const AcmeGround& ground) {
  for (const auto* claims : {&acme_account_claims(), &acme_order_claims(), &acme_certificate_claims()}) {
    for (const AcmeClaim& claim : *claims) {
      DYNAMIC_SECTION(claim.text) { claim.check(ground); }
    }
  }
}

}  // namespace cw::contract
