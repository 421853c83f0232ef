// "team-*, !team-x": which namespaces. '*' is any run of characters, '!' takes out, wherever it stands; with
// nothing but exclusions all others are in. Immutable; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::policy {

class NamespaceList {
 public:
  // Invalid: an empty word, or one that no namespace can be called.
  static Result<NamespaceList> parse(std::string_view text);
  bool has(std::string_view name_space) const;

 private:
  std::vector<std::string> in_;
  std::vector<std::string> out_;
};

}  // namespace cw::policy
