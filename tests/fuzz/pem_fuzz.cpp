// PEM text: every block found must be found again when written anew; keys, chains and bundles from arbitrary
// text; what a bundle says is the chain must be its own chain.
#include <string>
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/chain.h"
#include "lib/pki/pem.h"
#include "lib/pki/private_key.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

void check_blocks(std::string_view text) {
  pki::PemReader reader(text);
  while (const auto block = reader.next()) {
    const std::string written = pki::encode_pem(block->type, block->bytes);
    const auto again = pki::PemReader(written).next();
    CW_ASSERT(again.has_value() && again->type == block->type && again->bytes == block->bytes);
  }
}

void check_error(const Error& error) {
  CW_ASSERT(error.code == Code::Invalid && !error.message.empty() && is_valid_utf8(error.message));
}

void check_key(std::string_view text) {
  const auto key = pki::PrivateKey::parse_pem(text);
  if (!key) return check_error(key.error());
  const auto written = key->to_pem(pki::KeyEncoding::Pkcs8);
  CW_ASSERT(written.has_value());
  const auto again = pki::PrivateKey::parse_pem(written->reveal());
  CW_ASSERT(again.has_value() && again->public_key() == key->public_key());
}

void check_certificates(std::string_view text) {
  const auto chain = pki::Certificate::parse_chain(text);
  if (!chain) {
    check_error(chain.error());
  } else {
    CW_ASSERT(!chain->empty());
    const auto again = pki::Certificate::parse_bundle(pki::to_pem(*chain));
    CW_ASSERT(again.has_value() && *again == *chain);
  }
  const auto bundle = pki::parse_bundle(text);
  if (!bundle) return check_error(bundle.error());
  const auto again = pki::parse_bundle(bundle->chain_pem);
  CW_ASSERT(again.has_value() && again->chain_pem == bundle->chain_pem);
}

}  // namespace

void pem(std::string_view input) {
  check_blocks(input);
  check_key(input);
  check_certificates(input);
}

}  // namespace cw::fuzz
