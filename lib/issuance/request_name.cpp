#include "lib/issuance/request_name.h"

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/pki/digest.h"

namespace cw::issuance {
namespace {

constexpr std::size_t kMaxName = 233;
constexpr std::size_t kHashPart = 65;  // '-' and 64 hex digits

std::string shortened(std::string_view name) {
  if (name.size() <= kMaxName) return std::string(name);
  auto head = name.substr(0, kMaxName - kHashPart);
  while (!head.empty() && !is_alphanumeric(head.back())) head.remove_suffix(1);
  return std::string(head) + "-" + encode_hex(pki::sha256(name));
}

}  // namespace

std::string request_name(std::string_view certificate, std::int64_t revision) {
  return shortened(certificate) + "-" + std::to_string(revision);
}

}  // namespace cw::issuance
