#include "webhook/policy/access_reviews.h"

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kLife{1};
constexpr std::chrono::milliseconds kRetryAfter{1000};
constexpr std::size_t kMaxEntries = 8192;
constexpr std::size_t kMaxQuestionBytes = 10'000;  // longer ones are not kept
constexpr std::size_t kMaxBytes = 1UL << 20U;

struct ReviewStatus {
  bool allowed = false;
  bool denied = false;
};
template <kube::FieldsOf<ReviewStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("allowed", s.allowed);
  visit("denied", s.denied);
}

struct Review {
  std::optional<ReviewStatus> status;
};
template <kube::FieldsOf<Review> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("status", s.status);
}

kube::Json review_of(const kube::UserInfo& user, std::string_view signer) {
  kube::Json spec{{"user", user.username},
                  {"resourceAttributes",
                   {{"group", api::kGroup},
                    {"version", "*"},
                    {"resource", "signers"},
                    {"verb", "approve"},
                    {"name", signer}}}};
  if (!user.uid.empty()) spec["uid"] = user.uid;
  if (!user.groups.empty()) spec["groups"] = kube::to_json(user.groups);
  if (!user.extra.empty()) spec["extra"] = kube::to_json(user.extra);
  return {{"apiVersion", kube::api_version(api::kSubjectAccessReviews)},
          {"kind", api::kSubjectAccessReviews.kind},
          {"metadata", kube::Json::object()},
          {"spec", std::move(spec)}};
}

}  // namespace

Result<bool> AccessReviews::may_approve(const kube::UserInfo& user, std::string_view signer) {
  const kube::Json review = review_of(user, signer);
  const std::string question = review["spec"].dump(-1, ' ', false, kube::Json::error_handler_t::replace);
  if (const auto known = cached(question)) return *known;
  Result<bool> answer = ask(review);
  if (!answer && answer.error().code == Code::Unavailable) {
    wait_(kRetryAfter);
    answer = ask(review);
  }
  if (answer) remember(question, *answer);
  return answer;
}

Result<bool> AccessReviews::ask(const kube::Json& review) const {
  const kube::Json answered = TRY(writer_.create(api::kSubjectAccessReviews, review));
  const Review decoded = TRY(kube::decode<Review>(answered));
  if (!decoded.status) return Error{Code::Internal, "the SubjectAccessReview came back without a status"};
  if (decoded.status->allowed && decoded.status->denied) {
    return Error{Code::Internal, "the SubjectAccessReview is both allowed and denied"};
  }
  return decoded.status->allowed;
}

std::optional<bool> AccessReviews::cached(const std::string& question) {
  const std::lock_guard lock(mutex_);
  const auto at = by_question_.find(question);
  if (at == by_question_.end() || at->second->good_until <= clock_.now()) return std::nullopt;
  return at->second->allowed;
}

std::size_t AccessReviews::remembered() {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void AccessReviews::remember(const std::string& question, bool allowed) {
  if (question.size() >= kMaxQuestionBytes) return;
  const std::lock_guard lock(mutex_);
  const TimePoint now = clock_.now();
  if (const auto at = by_question_.find(question); at != by_question_.end()) {
    at->second->allowed = allowed;
    at->second->good_until = now + kLife;
    return;
  }
  while (!entries_.empty() && (entries_.front().good_until <= now || entries_.size() >= kMaxEntries ||
                               bytes_ + question.size() > kMaxBytes)) {
    drop_oldest();
  }
  entries_.push_back({question, allowed, now + kLife});
  by_question_.emplace(entries_.back().question, std::prev(entries_.end()));
  bytes_ += question.size();
}

void AccessReviews::drop_oldest() {
  bytes_ -= entries_.front().question.size();
  by_question_.erase(entries_.front().question);
  entries_.pop_front();
}

}  // namespace cw::webhook
