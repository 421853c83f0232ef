// The head of a line of a watch, read without making a tree of it. Pure but for a parser that each thread
// keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/kube/resource.h"

namespace cw::kube {

struct WatchLineHead {
  bool is_deletion = false;  // else ADDED or MODIFIED
  ObjectKey key;
  std::uint64_t version = 0;
};

// nullopt: a bookmark, an error, or a line that is no event.
std::optional<WatchLineHead> peek_watch_line(std::string_view line);

}  // namespace cw::kube
