#include "schemas/outcome.h"

#include <algorithm>
#include <utility>

namespace cw::schemas {
namespace {

bool same(const kube::FieldError& a, const kube::FieldError& b) {
  return a.kind == b.kind && a.field == b.field && a.rule == b.rule && a.detail == b.detail;
}

}  // namespace

void Outcome::add(kube::FieldError failure) {
  if (failures_.size() >= kMaxFailures) return;
  const bool known = std::any_of(failures_.begin(), failures_.end(),
                                 [&](const kube::FieldError& other) { return same(failure, other); });
  if (!known) failures_.push_back(std::move(failure));
}

void Outcome::merge(Outcome other) {
  matches_ += other.matches_;
  if (failures_.empty()) {
    failures_ = std::move(other.failures_);
    return;
  }
  for (kube::FieldError& failure : other.failures_) add(std::move(failure));
}

}  // namespace cw::schemas
