// PendingCauses: why requests are neither approved nor denied, as last told. So an event is not repeated when
// nothing changed, and the Certificate that waits can say so. Bounded. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "lib/kube/metadata.h"
#include "lib/watch/versioned_memory.h"

namespace cw::controller::approval {

class PendingCauses {
 public:
  // True if that is news.
  bool note(const kube::ObjectMeta& request, const std::string& cause);
  void forget(const kube::ObjectKey& request) { causes_.forget(request); }
  // Empty: none is known.
  std::string find(const kube::ObjectMeta& request) const;

 private:
  static constexpr std::size_t kMax = 4096;
  watch::VersionedMemory<std::string> causes_{kMax};  // by the request's key and UID
};

}  // namespace cw::controller::approval
