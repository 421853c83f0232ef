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

}  // namespace cw::apiserver
