// Dns01Credentials: the values in the Secrets that a DNS-01 solver names, read anew each time, by the field
// that names them. Line ends around a value are dropped: they come from files and are never meant.
// Errors: Invalid (the field names no key, or the Secret has none such), NotFound (no such Secret), else as
// the API server answered; each with the field, the Secret and the key.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lib/api/solver.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

class Dns01Credentials {
 public:
  static Result<Dns01Credentials> read(const kube::KubeReader&, const std::string& name_space,
                                       const api::Solver&);

  // "cloudflare.apiTokenSecretRef"; empty if the solver does not name that one. Once for each field.
  SecretBytes take(const std::string& field);
  // Of all values, and of nothing else.
  std::string fingerprint() const;

 private:
  std::map<std::string, SecretBytes> values_;
};

}  // namespace cw::controller::acme
