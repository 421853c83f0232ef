#include "lib/issuance/hashed_name.h"

#include "lib/base/ascii.h"
#include "lib/base/stable_hash.h"

namespace cw::issuance {
namespace {

// With ten digits behind it a name is still a label of 63 characters.
constexpr std::size_t kMaxPrefix = 52;

}  // namespace

std::string hashed_name(std::string_view prefix, std::string_view identity) {
  auto head = prefix.substr(0, kMaxPrefix);
  while (!head.empty() && !is_alphanumeric(head.back())) head.remove_suffix(1);
  const auto hash = stable_hash(identity);
  const auto folded = static_cast<std::uint32_t>(hash ^ (hash >> 32U));
  return std::string(head) + "-" + std::to_string(folded);
}

}  // namespace cw::issuance
