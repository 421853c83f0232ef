#include "webhook/serving/bundle.h"

#include <algorithm>

namespace cw::webhook {
namespace {

// A Secret that is deleted over and over must not make the bundle grow without end.
constexpr std::size_t kMaxEarlier = 8;

// Made by a replica of this webhook: self-signed, under the same name as the stored one.
bool is_earlier(const pki::Certificate& certificate, const WantedBundle& wanted) {
  const pki::Certificate& stored = wanted.required.front();
  return wanted.now < stored.not_before() + wanted.overlap && wanted.now < certificate.not_after() &&
         certificate.raw_subject() == stored.raw_subject() && certificate.is_ca() &&
         certificate.is_self_signed();
}

}  // namespace

std::vector<pki::Certificate> read_bundle(std::string_view pem) {
  auto certificates = pki::Certificate::parse_bundle(pem);
  return certificates ? *std::move(certificates) : std::vector<pki::Certificate>();
}

bool contains(const std::vector<pki::Certificate>& all, const pki::Certificate& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::optional<std::string> mended_bundle(std::string_view pem, const WantedBundle& wanted) {
  const std::vector<pki::Certificate> before = read_bundle(pem);
  std::vector<pki::Certificate> after;
  for (const pki::Certificate& certificate : before) {
    const bool stays = contains(wanted.required, certificate) || is_earlier(certificate, wanted);
    if (stays && !contains(after, certificate)) after.push_back(certificate);
  }
  while (after.size() > kMaxEarlier) {
    const auto oldest = std::find_if(after.begin(), after.end(),
                                     [&](const auto& one) { return !contains(wanted.required, one); });
    if (oldest == after.end()) break;
    after.erase(oldest);
  }
  for (const pki::Certificate& certificate : wanted.required) {
    if (!contains(after, certificate)) after.push_back(certificate);
  }
  if (after == before) return std::nullopt;
  return pki::to_pem(after);
}

}  // namespace cw::webhook
