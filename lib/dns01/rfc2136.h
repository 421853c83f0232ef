// Rfc2136: publishes at a name server by dynamic updates (RFC 2136), signed with TSIG if it has a key. A
// record has a TTL of 60 s. Values of one name do not touch each other: the server adds and takes single
// records.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/secret.h"
#include "lib/dns/update.h"
#include "lib/dns01/publisher.h"

namespace cw::dns01 {

// As an issuer has them.
struct Rfc2136Settings {
  std::string nameserver = {};  // host or host:port
  // No TSIG unless there are both.
  std::string key_name = {};
  SecretBytes secret = {};     // in base64
  std::string algorithm = {};  // "HMACMD5" (if empty) to "HMACSHA512", upper or lower case
  std::string protocol = {};   // "UDP" (if empty), "TCP"
  std::chrono::milliseconds timeout{10000};
};

class Rfc2136 final : public TxtPublisher {
 public:
  // Invalid: settings that cannot work; the message begins with the field. `clock` must outlive it.
  static Result<std::shared_ptr<TxtPublisher>> create(const Rfc2136Settings&, const Clock& clock);

  Status present(const TxtRecord&) override;
  Status clean_up(const TxtRecord&) override;

 private:
  Rfc2136(dns::UpdateServer server, std::unique_ptr<dns::TsigKey> key, const Clock& clock);
  Status change(dns::TxtChange::Action, const TxtRecord&);

  const std::unique_ptr<dns::TsigKey> key_;  // null: unsigned
  dns::UpdateServer server_;
  const Clock& clock_;
};

}  // namespace cw::dns01
