// What a watch tells beside its objects. And the head of one of its lines, read without making a tree of it.
// Pure but for a parser that each thread keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/kube/resource.h"

namespace cw::kube {

// The annotation, "true", of the bookmark that ends what there was when a watch began (KEP-3157).
inline constexpr std::string_view kInitialEventsEnd = "k8s.io/initial-events-end";

struct WatchLineHead {
  bool is_deletion = false;  // else ADDED or MODIFIED
  ObjectKey key;
  std::uint64_t version = 0;
};

// nullopt: a bookmark, an error, or a line that is no event.
std::optional<WatchLineHead> peek_watch_line(std::string_view line);

}  // namespace cw::kube
