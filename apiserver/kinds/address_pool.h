// What Services have taken, and what has just been handed out and is not stored yet. Thread-safe.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/store.h"

namespace cw::apiserver {

class AddressPool {
 public:
  // One picture of the store for one allocation.
  explicit AddressPool(const Store& store);
  AddressPool(const AddressPool&) = delete;
  AddressPool& operator=(const AddressPool&) = delete;

  // False if it is taken.
  bool take_address(const std::string& address);
  bool take_port(std::int64_t port);
  // An address or port that nobody has; "" or 0 if there is none left.
  std::string any_address();
  std::int64_t any_port();
  // All that was taken stays reserved as long as this is held.
  std::shared_ptr<void> reservation() const { return reserved_; }

  static bool in_range(const std::string& address);
  static bool in_port_range(std::int64_t port);

 private:
  struct Reserved;
  bool reserve(const std::string& text);
  bool is_stored(const std::string& text) const;

  std::vector<ObjectPtr> services_;
  std::shared_ptr<Reserved> reserved_;
};

// What of a Service no other may have: "clusterIP/10.96.0.1", "nodePort/30000". Sorted, each once; of other
// objects nothing. Servers that share a storage claim it there, for each of them knows its own hand-outs
// only.
std::vector<std::string> service_claims(const StoreKey&, const std::string& text);

}  // namespace cw::apiserver
