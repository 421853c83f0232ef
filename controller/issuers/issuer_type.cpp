#include "controller/issuers/issuer_type.h"

namespace cw::controller::issuers {

IssuerType type_of(const api::IssuerSpec& spec) {
  if (spec.acme) return IssuerType::Acme;
  if (spec.ca) return IssuerType::Ca;
  if (spec.vault) return IssuerType::Vault;
  if (spec.self_signed) return IssuerType::SelfSigned;
  if (spec.venafi) return IssuerType::Venafi;
  return IssuerType::None;
}

std::string_view name_of(IssuerType type) {
  switch (type) {
    case IssuerType::None:
      return "none";
    case IssuerType::Acme:
      return "acme";
    case IssuerType::Ca:
      return "ca";
    case IssuerType::Vault:
      return "vault";
    case IssuerType::SelfSigned:
      return "selfSigned";
    case IssuerType::Venafi:
      return "venafi";
  }
  return "none";
}

}  // namespace cw::controller::issuers
