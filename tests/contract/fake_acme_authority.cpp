#include "tests/contract/fake_acme_authority.h"

#include "lib/base/assert.h"
#include "lib/pki/signer.h"

namespace cw::contract {
namespace {

constexpr std::chrono::hours kLife(10 * 365 * 24);

template <typename T>
T sure(Result<T> result) {
  CW_ASSERT(result.has_value());
  return std::move(result).value();
}

pki::KeyPair make_root(const std::string& name, TimePoint now) {
  pki::SystemKeyMaker keys;
  return sure(pki::make_ca({.common_name = name, .lifetime = kLife, .key = {pki::KeyAlgorithm::Ecdsa, 256}},
                           keys, now));
}

pki::Certificate intermediate(const pki::PrivateKey& key, const pki::KeyPair& root, TimePoint now) {
  pki::CertificateTemplate wanted;
  wanted.not_before = now - std::chrono::hours(1);
  wanted.not_after = now + kLife / 2;
  wanted.raw_subject = sure(pki::encode_subject({.common_name = "Fake Intermediate"}));
  wanted.basic_constraints = {.is_ca = true, .path_length = 0};
  wanted.key_usage = pki::kDigitalSignature | pki::kCertSign;
  return sure(pki::sign_certificate(wanted, key.public_key(), root.certificate, root.key));
}

}  // namespace

FakeAuthority::FakeAuthority(const std::string& root, const std::string& other_root, TimePoint now)
    : FakeAuthority(make_root(root, now), make_root(other_root, now),
                    sure(pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256})), now) {}

FakeAuthority::FakeAuthority(const pki::KeyPair& root, const pki::KeyPair& other_root, pki::PrivateKey key,
                             TimePoint now)
    : key_(std::move(key)),
      under_root_(intermediate(key_, root, now)),
      under_other_root_(intermediate(key_, other_root, now)) {}

Result<FakeAuthority::Chains> FakeAuthority::issue(const pki::Csr& csr, TimePoint now,
                                                   TimePoint not_after) const {
  if (!csr.public_key()) return Error{Code::Invalid, "unknown kind of key"};
  pki::CertificateTemplate wanted;
  wanted.not_before = now;
  wanted.not_after = not_after;
  wanted.raw_subject = TRY(pki::encode_subject({.common_name = csr.common_name()}));
  wanted.subject_alt_name = pki::Extension{std::string(pki::kSubjectAltNameOid), false,
                                           TRY(pki::encode_subject_alt_names(csr.subject_alt_names()))};
  wanted.key_usage = pki::kDigitalSignature | pki::kKeyEncipherment;
  wanted.extended_key_usages = {std::string(pki::kServerAuthOid)};
  const auto leaf = TRY(pki::sign_certificate(wanted, *csr.public_key(), under_root_, key_));
  return Chains{.usual = {leaf, under_root_}, .alternate = {leaf, under_other_root_}};
}

}  // namespace cw::contract
