// Shard: which namespaces this controller works on, of several that share the work. A namespace belongs to
// the shard of its name's hash; what is in no namespace (the status of ClusterIssuers) to that of the empty
// name. Pure.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::controller::runtime {

struct Shard {
  unsigned index = 0;
  unsigned count = 1;

  // One alone has everything.
  bool is_all() const { return count == 1; }
  bool owns(std::string_view name_space) const;
  bool operator==(const Shard&) const = default;
};

inline constexpr unsigned kMaxShards = 64;

// "i/n" with i from 0 to n-1; empty is all. Invalid: anything else, or n above kMaxShards.
Result<Shard> parse_shard(std::string_view);

// Of the Lease that the one at work on this shard holds.
std::string lease_name(const Shard&);

}  // namespace cw::controller::runtime
