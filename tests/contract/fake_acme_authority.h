// The CA behind FakeAcme: one intermediate under two roots. Immutable; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/pki/csr.h"
#include "lib/pki/serving.h"

namespace cw::contract {

class FakeAuthority {
 public:
  FakeAuthority(const std::string& root, const std::string& other_root, TimePoint now);

  struct Chains {
    std::vector<pki::Certificate> usual;      // leaf, intermediate under `root`
    std::vector<pki::Certificate> alternate;  // leaf, intermediate under `other_root`
  };
  Result<Chains> issue(const pki::Csr&, TimePoint now, TimePoint not_after) const;

 private:
  FakeAuthority(const pki::KeyPair& root, const pki::KeyPair& other_root, pki::PrivateKey key, TimePoint now);

  pki::PrivateKey key_;
  pki::Certificate under_root_;
  pki::Certificate under_other_root_;
};

}  // namespace cw::contract
