#include "tests/unit/issuance/issuance_fixtures.h"

#include <fstream>
#include <map>

#include <nlohmann/json.hpp>
#include <simdjson.h>  // decode_certificate is overloaded on its element

namespace cw::issuance::test {

api::CertificateSpec spec_of(const nlohmann::json& spec) {
  auto decoded = api::decode_certificate(nlohmann::json{{"spec", spec}});
  CW_ASSERT(decoded.has_value());
  return std::move(decoded).value().spec;
}

api::CertificateSpec parse_spec(std::string_view json_text) {
  return spec_of(nlohmann::json::parse(json_text));
}

nlohmann::json data_file(const std::string& path_below_data) {
  std::ifstream in(std::string(CW_TEST_DATA) + "/" + path_below_data);
  return nlohmann::json::parse(in);
}

const pki::PrivateKey& ecdsa_key(int number) {
  static std::map<int, pki::PrivateKey> keys;
  if (const auto found = keys.find(number); found != keys.end()) return found->second;
  auto key = pki::PrivateKey::generate({pki::KeyAlgorithm::Ecdsa, 256});
  CW_ASSERT(key.has_value());
  return keys.emplace(number, std::move(key).value()).first->second;
}

}  // namespace cw::issuance::test
