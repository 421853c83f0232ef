#include "controller/certificates/unserved.h"

namespace cw::controller::certificates {

std::optional<std::string> unserved_wish(const api::CertificateSpec& spec) {
  if (!spec.keystores) return std::nullopt;
  const char* field = nullptr;
  if (spec.keystores->jks && spec.keystores->jks->create) field = "jks";
  if (spec.keystores->pkcs12 && spec.keystores->pkcs12->create) field = "pkcs12";
  if (field == nullptr) return std::nullopt;
  return "this build does not write keystores yet: remove spec.keystores." + std::string(field) +
         " or set its create to false";
}

}  // namespace cw::controller::certificates
