// JsonSchema: the same schemas judged by valijson, a JSON Schema library that we did not write. It says yes
// or no, not why: the engine of this folder gives the causes, and the tests hold the two against each other.
// It is several times slower, so the API server's write path does not use it; `certwright check` does, and
// refuses what either refuses. Immutable; each call is independent; thread-safe.
#pragma once

#include <memory>

#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::schemas {

class JsonSchema {
 public:
  // Takes a schema without references (describe()). Formats and rules (x-kubernetes-…) are left to the
  // engine. Invalid when valijson cannot read it.
  static Result<JsonSchema> read(const kube::Json& openapi);

  // Invalid when it cannot be told: valijson matches patterns by recursion, so a document with a string of
  // more than 1024 bytes is not given to it.
  Result<bool> accepts(const kube::Json& value) const;

 private:
  struct Compiled;
  explicit JsonSchema(std::shared_ptr<const Compiled> compiled);
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace cw::schemas
