#include "webhook/policy/access_reviews.h"

#include <chrono>
#include <string>
#include <utility>

#include "lib/api/names.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kLife{1};

}  // namespace

AccessReviews::AccessReviews(kube::KubeWriter& writer, const Clock& clock, Wait wait)
    : reviews_(writer, clock, kLife, std::move(wait)) {}

Result<bool> AccessReviews::may_approve(const kube::UserInfo& user, std::string_view signer) {
  return reviews_.is_allowed(user, {.verb = "approve",
                                    .api_group = std::string(api::kGroup),
                                    .resource = "signers",
                                    .name = std::string(signer)});
}

}  // namespace cw::webhook
