// The parts of the suite, and what they share; part of acme_client_contract.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "lib/pki/certificate.h"
#include "tests/contract/acme_client_contract.h"

namespace cw::contract {

struct AcmeClaim {
  const char* text;
  void (*check)(const AcmeGround&);
};

const std::vector<AcmeClaim>& acme_account_claims();
const std::vector<AcmeClaim>& acme_order_claims();
const std::vector<AcmeClaim>& acme_certificate_claims();

// The value, or the test fails with the message.
template <typename T>
T got(acme::Answer<T> answer) {
  if (!answer) FAIL(answer.error().message);
  return std::move(answer).value();
}

template <typename T>
acme::Failure failure_of(const acme::Answer<T>& answer) {
  if (answer) FAIL("it should have been refused");
  return answer.error();
}

pki::PrivateKey new_account_key();

// A client with an account that nobody else has.
struct Member {
  pki::PrivateKey key;
  std::unique_ptr<acme::AcmeClient> client;
  acme::Account account;
};
Member join(const AcmeGround&, const std::vector<std::string>& contact = {});
acme::AccountRequest registration(const AcmeGround&, const std::vector<std::string>& contact = {});

// A name that nobody else asks for.
std::string new_name();
acme::OrderRequest order_for(const std::vector<std::string>& dns_names);
std::string csr_for(const std::vector<std::string>& dns_names, const pki::PrivateKey&);

const acme::Challenge& challenge_of(const acme::Authorization&, const std::string& type);
// Accepts the challenge, after it was shown or not, and waits until the authorization is settled.
acme::Authorization try_authorization(const AcmeGround&, acme::AcmeClient&, const std::string& url,
                                      bool shown);
// All of the order's, by dns-01 for wildcards and http-01 for others; the order afterwards.
acme::Order authorize(const AcmeGround&, acme::AcmeClient&, const acme::Order&);
// After "pending" if nothing is missing, and after "processing".
acme::Order settled(const AcmeGround&, acme::AcmeClient&, const std::string& url);

struct Issued {
  acme::Order order;
  pki::PrivateKey key;
  acme::CertificateChain chain;
  std::vector<pki::Certificate> certificates;  // of the chain
};
Issued issue(const AcmeGround&, acme::AcmeClient&, const acme::OrderRequest&);
std::vector<pki::Certificate> certificates_of(const acme::CertificateChain&);

}  // namespace cw::contract
