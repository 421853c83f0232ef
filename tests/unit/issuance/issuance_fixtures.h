// Specs from JSON text, and data files. Tests only.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/api/certificate.h"
#include "lib/pki/private_key.h"

namespace cw::issuance::test {

api::CertificateSpec spec_of(const nlohmann::json& spec);
api::CertificateSpec parse_spec(std::string_view json_text);
nlohmann::json data_file(const std::string& path_below_data);
// The same key every time.
const pki::PrivateKey& ecdsa_key(int number = 0);

}  // namespace cw::issuance::test
