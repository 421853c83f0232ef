// What ACME servers and clients say to each other (RFC 8555 §7.1; profiles: draft-ietf-acme-profiles; renewal
// information: RFC 9773 §4), typed. Data. Texts are as the server sent them; sizes are bounded where they are
// decoded (decode.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/clock.h"

namespace cw::acme {

struct Directory {
  std::string new_nonce;
  std::string new_account;
  std::string new_order;
  std::string revoke_cert;
  std::string key_change;
  std::string renewal_info;                     // empty: not offered
  std::map<std::string, std::string> profiles;  // name to description
  bool external_account_required = false;
  std::string terms_of_service;
};

struct Account {
  std::string url;
  std::string status;  // "valid", "deactivated", "revoked"
  std::vector<std::string> contact;
};

struct ExternalAccount {
  std::string key_id;
  std::string key;  // the bytes of the MAC key
};

struct AccountRequest {
  std::vector<std::string> contact = {};  // "mailto:…"
  std::optional<ExternalAccount> external_account = {};
};

struct Identifier {
  std::string type;  // "dns" or "ip"
  std::string value;
  bool operator==(const Identifier&) const = default;
};

struct OrderRequest {
  std::vector<Identifier> identifiers = {};
  std::optional<TimePoint> not_after = {};
  std::string profile = {};   // empty: the server's choice
  std::string replaces = {};  // an ARI certificate identifier, or empty
};

struct Order {
  std::string url;     // empty if the server did not say
  std::string status;  // "pending", "ready", "processing", "valid", "invalid"
  std::vector<std::string> authorizations;
  std::string finalize;
  std::string certificate;
  std::string error;  // the problem in words, empty if none
  std::optional<std::chrono::seconds> retry_after;
};

struct Challenge {
  std::string type;  // "http-01", "dns-01", "tls-alpn-01", …
  std::string url;
  std::string token;
  std::string status;  // "pending", "processing", "valid", "invalid"
  std::string error;   // in words
};

struct Authorization {
  std::string status;  // "pending", "valid", "invalid", "deactivated", "expired", "revoked"
  Identifier identifier;
  bool wildcard = false;
  std::vector<Challenge> challenges;
  std::optional<std::chrono::seconds> retry_after;
};

struct CertificateChain {
  std::string pem;                      // leaf first, as delivered
  std::vector<std::string> alternates;  // URLs of Link rel="alternate"
};

struct RenewalInfo {
  TimePoint start;
  TimePoint end;
  std::string explanation_url;
  std::chrono::seconds retry_after{0};  // 0: not said
};

enum class RevocationReason : std::uint8_t {
  Unspecified = 0,
  KeyCompromise = 1,
  Superseded = 4,
  CessationOfOperation = 5
};

}  // namespace cw::acme
