#include "controller/certificates/revisions.h"

#include <algorithm>
#include <vector>

#include "lib/api/names.h"

namespace cw::controller::certificates {
namespace {

constexpr std::int32_t kDefaultLimit = 1;

}  // namespace

Actions drop_old_requests(const View& view) {
  if (!kube::is_condition_true(view.status.conditions, api::kReady)) return {};
  std::vector<const OwnedRequest*> numbered;
  for (const auto& owned : view.requests) {
    if (owned.revision) numbered.push_back(&owned);
  }
  const auto limit = static_cast<std::size_t>(
      std::max<std::int32_t>(view.spec().revision_history_limit.value_or(kDefaultLimit), 0));
  if (numbered.size() <= limit) return {};
  std::sort(numbered.begin(), numbered.end(),
            [](const OwnedRequest* a, const OwnedRequest* b) { return *a->revision < *b->revision; });
  numbered.resize(numbered.size() - limit);
  Actions actions;
  for (const auto* old : numbered) {
    const auto& metadata = old->object->metadata;
    if (!metadata.deletion_timestamp) actions.push_back(DeleteRequest{metadata.name, metadata.uid});
  }
  return actions;
}

}  // namespace cw::controller::certificates
