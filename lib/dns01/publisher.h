// TxtPublisher: puts one TXT value under a name at a DNS provider, and takes it away. Both may be repeated at
// will; values of others under the same name stay as they are. Knows no Kubernetes. Implementations are
// thread-safe. Errors: Unavailable (worth another try), Forbidden (credentials refused), NotFound (no such
// zone), Invalid (settings that cannot work). Messages never hold a credential, and say the same each time
// the same thing fails (no request identifiers): they end up in a status.
#pragma once

#include <string>

#include "lib/base/result.h"

namespace cw::dns01 {

struct TxtRecord {
  std::string name;   // absolute: "_acme-challenge.www.example.com."
  std::string zone;   // the zone it is in, absolute: "example.com."
  std::string value;  // without quotes
};

class TxtPublisher {
 public:
  TxtPublisher() = default;
  TxtPublisher(const TxtPublisher&) = delete;
  TxtPublisher& operator=(const TxtPublisher&) = delete;
  virtual ~TxtPublisher() = default;
  virtual Status present(const TxtRecord&) = 0;
  virtual Status clean_up(const TxtRecord&) = 0;
};

}  // namespace cw::dns01
