// What a pass over a Certificate may do. Ordered so that any prefix is safe to stop at: a Secret before the
// status that speaks of it, the status before what it makes superfluous is deleted.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "controller/certificates/view.h"
#include "controller/runtime/events.h"
#include "lib/api/certificate.h"
#include "lib/pki/certificate.h"

namespace cw::controller::certificates {

enum class KeySource : std::uint8_t { Generate, CopyFromTarget };

// Goes on only if the Certificate is still the one that was decided on. A status write does that by itself.
struct ConfirmCurrent {
  bool operator==(const ConfirmCurrent&) const = default;
};
// Goes on only if the target Secret is still the one that was judged: where there has been an issuance
// before, old news of the Secret would start another one.
struct ConfirmTarget {
  bool operator==(const ConfirmTarget&) const = default;
};
// Creates the Secret with the key of the next issuance.
struct CreateNextKey {
  std::string name;
  KeySource source = KeySource::Generate;
  bool operator==(const CreateNextKey&) const = default;
};
// A next-private-key Secret of ours.
struct DeleteNextKey {
  std::string name;
  std::string uid;
  bool operator==(const DeleteNextKey&) const = default;
};
// Signs a CSR with the key in `key_secret` and creates the request.
struct CreateRequest {
  std::string name;
  std::int64_t revision = 0;
  std::string key_secret;
  bool operator==(const CreateRequest&) const = default;
};
struct DeleteRequest {
  std::string name;
  std::string uid;
  bool operator==(const DeleteRequest&) const = default;
};
// Puts the key of `key_secret` and what `request` brought into the target Secret.
struct WriteTarget {
  RequestPointer request;
  std::string key_secret;
  SecretFacts facts;      // of the Secret as it will be
  pki::Certificate leaf;  // the first certificate in the request's answer
  bool operator==(const WriteTarget&) const = default;
};
// Puts the key of `key_secret` and a certificate of a CA made for the moment into the target Secret.
struct WriteTemporary {
  RequestPointer request;
  std::string key_secret;
  bool operator==(const WriteTemporary&) const = default;
};
// Writes the target Secret anew from its own key and certificates and the spec.
struct RewriteTarget {
  Finding why;
  bool operator==(const RewriteTarget&) const = default;
};
struct WriteStatus {
  api::CertificateStatus status;
  bool operator==(const WriteStatus&) const = default;
};
// Lets the issuer's ACME server be asked when to renew.
struct AskRenewalInfo {
  bool operator==(const AskRenewalInfo&) const = default;
};
struct Announce {
  runtime::Event event;
  bool operator==(const Announce&) const = default;
};

using Action =
    std::variant<ConfirmCurrent, ConfirmTarget, CreateNextKey, DeleteNextKey, CreateRequest, DeleteRequest,
                 WriteTarget, WriteTemporary, RewriteTarget, WriteStatus, AskRenewalInfo, Announce>;
using Actions = std::vector<Action>;

inline Announce announce(runtime::EventType type, std::string_view reason, std::string message) {
  return {{type, std::string(reason), std::move(message)}};
}

}  // namespace cw::controller::certificates
