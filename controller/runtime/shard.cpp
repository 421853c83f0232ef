#include "controller/runtime/shard.h"

#include <charconv>
#include <optional>

#include "lib/base/stable_hash.h"

namespace cw::controller::runtime {
namespace {

// cert-manager's own: whoever has all namespaces and whoever shares them never work at once.
constexpr std::string_view kLeaseName = "cert-manager-controller";

std::optional<unsigned> parse_number(std::string_view digits) {
  unsigned number = 0;
  const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

bool Shard::owns(std::string_view name_space) const {
  return is_all() || stable_hash(name_space) % count == index;
}

Result<Shard> parse_shard(std::string_view text) {
  if (text.empty()) return Shard{};
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto index = parse_number(text.substr(0, slash));
    const auto count = parse_number(text.substr(slash + 1));
    if (index && count && *index < *count && *count <= kMaxShards) return Shard{*index, *count};
  }
  return Error{Code::Invalid, "must be i/n with i from 0 to n-1 and n up to " + std::to_string(kMaxShards)};
}

std::string lease_name(const Shard& shard) {
  std::string name(kLeaseName);
  if (shard.is_all()) return name;
  return name + "-" + std::to_string(shard.index) + "-of-" + std::to_string(shard.count);
}

}  // namespace cw::controller::runtime
