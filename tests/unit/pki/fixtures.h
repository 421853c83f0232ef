// Keys made once a run, and short ways to bytes. Tests only.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/pki/private_key.h"
#include "lib/pki/serving.h"

namespace cw::pki::test {

// The same key every time it is asked for the same number. RSA ones are slow: there is one.
const PrivateKey& ecdsa_key(int number = 0);
const PrivateKey& rsa_key();
const PrivateKey& ed25519_key();

inline constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year(2026) / 5 / 6} +
                                std::chrono::hours(7)};

// "30 03 0a" -> bytes; blanks are skipped.
std::string bytes(std::string_view hex);
std::string file(const std::string& path_below_data);

// A CA or leaf with this name, signed by `issuer`, or by itself if there is none.
struct NodeOptions {
  std::string name;
  const KeyPair* issuer = nullptr;
  int key_number = 0;
  bool is_ca = true;
};
KeyPair node(const NodeOptions&);

}  // namespace cw::pki::test
