#include "lib/pki/chain.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/unit/pki/fixtures.h"

using namespace cw;
using namespace cw::pki;
using test::node;

namespace {

// root <- upper <- lower <- leaf
struct Family {
  KeyPair root = node({.name = "root"});
  KeyPair upper = node({.name = "upper", .issuer = &root, .key_number = 1});
  KeyPair lower = node({.name = "lower", .issuer = &upper, .key_number = 2});
  KeyPair leaf = node({.name = "leaf", .issuer = &lower, .key_number = 3, .is_ca = false});
};

std::vector<Certificate> certificates(std::initializer_list<const KeyPair*> pairs) {
  std::vector<Certificate> out;
  for (const KeyPair* pair : pairs) out.push_back(pair->certificate);
  return out;
}

}  // namespace

TEST_CASE("chain: any order and any repetition gives the same bundle", "[pki]") {
  const Family f;
  const auto all = certificates({&f.root, &f.upper, &f.lower, &f.leaf});
  const CertificateBundle want{to_pem(certificates({&f.leaf, &f.lower, &f.upper})),
                               f.root.certificate.to_pem()};
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    std::vector<Certificate> given;
    for (const std::size_t i : order) given.push_back(all[i]);
    given.push_back(all[order[0]]);
    const auto bundle = build_bundle(given);
    REQUIRE(bundle.has_value());
    CHECK(*bundle == want);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("chain: without a root the highest intermediate is the CA and stays in the chain", "[pki]") {
  const Family f;
  const auto bundle = build_bundle(certificates({&f.upper, &f.leaf, &f.lower}));
  REQUIRE(bundle.has_value());
  CHECK(bundle->chain_pem == to_pem(certificates({&f.leaf, &f.lower, &f.upper})));
  CHECK(bundle->ca_pem == f.upper.certificate.to_pem());
}

TEST_CASE("chain: a lone root is chain and CA, any other lone certificate is no CA", "[pki]") {
  const Family f;
  const std::string root = f.root.certificate.to_pem();
  CHECK(*build_bundle(certificates({&f.root})) == CertificateBundle{root, root});
  CHECK(*build_bundle(certificates({&f.leaf})) == CertificateBundle{f.leaf.certificate.to_pem(), ""});
  CHECK(*build_bundle(certificates({&f.upper})) == CertificateBundle{f.upper.certificate.to_pem(), ""});
  const KeyPair selfish = node({.name = "selfish", .is_ca = false});
  CHECK(build_bundle(certificates({&selfish}))->ca_pem.empty());
}

TEST_CASE("chain: a gap, a stranger, a fork and nothing at all are refused", "[pki]") {
  const Family f;
  const KeyPair stranger = node({.name = "stranger", .key_number = 7});
  const KeyPair sister = node({.name = "sister", .issuer = &f.lower, .key_number = 8, .is_ca = false});
  CHECK_FALSE(build_bundle(certificates({&f.leaf, &f.upper})).has_value());
  CHECK_FALSE(build_bundle(certificates({&f.leaf, &f.lower, &stranger})).has_value());
  CHECK_FALSE(build_bundle(certificates({&f.leaf, &sister, &f.lower})).has_value());
  CHECK_FALSE(build_bundle({}).has_value());
}

TEST_CASE("chain: the right issuer is told from a namesake by its key", "[pki]") {
  const Family f;
  const KeyPair namesake = node({.name = "lower", .issuer = &f.upper, .key_number = 5});
  CHECK_FALSE(build_bundle(certificates({&f.leaf, &namesake})).has_value());
}

TEST_CASE("chain: PEM text is limited and parsed as a chain", "[pki]") {
  const Family f;
  const std::string pem = to_pem(certificates({&f.root, &f.upper}));
  CHECK(parse_bundle(pem)->ca_pem == f.root.certificate.to_pem());
  CHECK_FALSE(parse_bundle(pem, {.chain = pem.size() - 1}).has_value());
  CHECK_FALSE(parse_bundle("nothing").has_value());
}
