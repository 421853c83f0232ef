// Journal: the durable side of a store: takes batches of changes, gives them back after a restart. Called by
// one thread at a time.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "apiserver/store.h"
#include "lib/base/result.h"

namespace cw::apiserver {

struct Change {
  std::string resource;
  ObjectPtr object;  // the new state; of a removal the last one
  bool removed = false;
};

class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  // Hands every object to `take`; answers the last revision ever given out, 0 if there was none.
  virtual Result<Revision> recover(
      const std::function<void(const std::string& resource, ObjectPtr)>& take) = 0;
  // All of them or none, in order; durable when it answers. `last`: the revision of the last one.
  virtual Status append(std::span<const Change> changes, Revision last) = 0;
  // Gives up space that is no longer needed.
  virtual Status compact() { return Done{}; }
};

}  // namespace cw::apiserver
