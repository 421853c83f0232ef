// AwsCredentials: the keys that Route 53 is asked with, from where the settings say, kept until shortly
// before they expire. Sources: the settings' own; a role by a web identity token; the surroundings
// (environment variables, a token file, the container's or the machine's metadata service), in the order of
// AWS's SDKs; on top of each, a role to assume. Thread-safe. Errors: Forbidden, Unavailable, Invalid (nothing
// to sign with).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/dns01/aws_call.h"
#include "lib/dns01/renewed.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

struct AwsCredentialSettings {
  AwsKeys keys;      // empty: none given
  std::string role;  // ARN, or empty
  // Given: asked for a token to take on `role` with.
  std::function<Result<SecretBytes>()> identity_token = nullptr;
  bool ambient = false;
  std::string sts_endpoint;
  std::string sts_region;
};

class AwsCredentials {
 public:
  AwsCredentials(Wires wires, AwsCredentialSettings settings)
      : wires_(std::move(wires)), settings_(std::move(settings)), kept_(wires_.clock) {}

  Result<std::shared_ptr<const AwsKeys>> current() {
    return kept_.get([this] { return renew(); });
  }
  // They were refused.
  void forget() { kept_.forget(); }

 private:
  using Fresh = Result<Expiring<AwsKeys>>;
  Fresh renew();
  Fresh base_keys();
  Fresh assume_role(const AwsKeys&);
  Fresh assume_role_by_token(const std::string& role, const SecretBytes& token);
  Fresh ask_sts(const Call&, std::string_view result);

  Wires wires_;
  AwsCredentialSettings settings_;
  Renewed<AwsKeys> kept_;
};

}  // namespace cw::dns01
