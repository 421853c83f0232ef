#include "lib/rbac/access_reviews.h"

#include <atomic>
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::rbac {
namespace {

constexpr kube::Resource kSubjectAccessReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                               "SubjectAccessReview", false};
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

void set_text(kube::Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

kube::Json what_of(const Attributes& asked) {
  kube::Json what{{"verb", asked.verb}};
  if (asked.path) {
    what["path"] = *asked.path;
    return what;
  }
  what["version"] = "*";
  set_text(what, "group", asked.api_group);
  set_text(what, "resource", asked.resource);
  set_text(what, "subresource", asked.sub_resource);
  set_text(what, "name", asked.name);
  set_text(what, "namespace", asked.name_space);
  return what;
}

kube::Json review_of(const kube::UserInfo& user, const Attributes& asked) {
  kube::Json spec{{"user", user.username},
                  {asked.path ? "nonResourceAttributes" : "resourceAttributes", what_of(asked)}};
  if (!user.uid.empty()) spec["uid"] = user.uid;
  if (!user.groups.empty()) spec["groups"] = kube::to_json(user.groups);
  if (!user.extra.empty()) spec["extra"] = kube::to_json(user.extra);
  return {{"apiVersion", kube::api_version(kSubjectAccessReviews)},
          {"kind", kSubjectAccessReviews.kind},
          {"metadata", kube::Json::object()},
          {"spec", std::move(spec)}};
}

}  // namespace

struct AccessReviews::Impl {
  struct Entry {
    std::string question;
    bool allowed = false;
    TimePoint good_until;
  };

  Result<bool> ask(const kube::Json& review);
  std::optional<bool> cached(const std::string& question) const;
  void remember(const std::string& question, bool allowed);
  void drop_oldest();

  kube::KubeWriter& writer;
  const Clock& clock;
  const std::chrono::milliseconds life;
  const Wait wait;
  std::atomic<std::uint64_t> asked = 0;
  mutable std::mutex mutex = {};  // guards the rest
  std::list<Entry> entries = {};  // oldest first
  std::map<std::string_view, std::list<Entry>::iterator> by_question = {};
  std::size_t bytes = 0;
};

AccessReviews::AccessReviews(kube::KubeWriter& writer, const Clock& clock,
                             std::chrono::milliseconds time_to_live, Wait wait)
    : impl_(new Impl{writer, clock, time_to_live, std::move(wait)}) {}

AccessReviews::~AccessReviews() = default;

Result<bool> AccessReviews::is_allowed(const kube::UserInfo& user, const Attributes& wanted) {
  const kube::Json review = review_of(user, wanted);
  const bool keeps = impl_->life.count() > 0;
  std::string question;
  if (keeps) {
    question = review["spec"].dump(-1, ' ', false, kube::Json::error_handler_t::replace);
    if (const auto known = impl_->cached(question)) return *known;
  }
  Result<bool> answer = impl_->ask(review);
  if (!answer && answer.error().code == Code::Unavailable) {
    impl_->wait(kRetryAfter);
    answer = impl_->ask(review);
  }
  if (answer && keeps) impl_->remember(question, *answer);
  return answer;
}

std::size_t AccessReviews::remembered() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->entries.size();
}

std::uint64_t AccessReviews::asked() const { return impl_->asked; }

Result<bool> AccessReviews::Impl::ask(const kube::Json& review) {
  ++asked;
  const kube::Json answered = TRY(writer.create(kSubjectAccessReviews, review));
  const Review decoded = TRY(kube::decode<Review>(answered));
  if (!decoded.status) return Error{Code::Internal, "the SubjectAccessReview came back without a status"};
  if (decoded.status->allowed && decoded.status->denied) {
    return Error{Code::Internal, "the SubjectAccessReview is both allowed and denied"};
  }
  return decoded.status->allowed;
}

std::optional<bool> AccessReviews::Impl::cached(const std::string& question) const {
  const std::lock_guard lock(mutex);
  const auto at = by_question.find(question);
  if (at == by_question.end() || at->second->good_until <= clock.now()) return std::nullopt;
  return at->second->allowed;
}

void AccessReviews::Impl::remember(const std::string& question, bool allowed) {
  if (question.size() >= kMaxQuestionBytes) return;
  const std::lock_guard lock(mutex);
  const TimePoint now = clock.now();
  if (const auto at = by_question.find(question); at != by_question.end()) {
    at->second->allowed = allowed;
    at->second->good_until = now + std::chrono::ceil<std::chrono::seconds>(life);
    entries.splice(entries.end(), entries, at->second);  // the newest now
    return;
  }
  while (!entries.empty() && (entries.front().good_until <= now || entries.size() >= kMaxEntries ||
                              bytes + question.size() > kMaxBytes)) {
    drop_oldest();
  }
  entries.push_back({question, allowed, now + std::chrono::ceil<std::chrono::seconds>(life)});
  by_question.emplace(entries.back().question, std::prev(entries.end()));
  bytes += question.size();
}

void AccessReviews::Impl::drop_oldest() {
  bytes -= entries.front().question.size();
  by_question.erase(entries.front().question);
  entries.pop_front();
}

}  // namespace cw::rbac
