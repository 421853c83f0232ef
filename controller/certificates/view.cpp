#include "controller/certificates/view.h"

#include <utility>

#include "lib/api/names.h"

namespace cw::controller::certificates {
namespace {

RequestOfRevision request_of(const View& view, std::int64_t revision) {
  RequestOfRevision found;
  for (const auto& owned : view.requests) {
    if (owned.revision != revision) continue;
    if (found.request != nullptr) {
      return {nullptr, "several CertificateRequests claim revision " + std::to_string(revision) + ": " +
                           found.request->object->metadata.name + " and " + owned.object->metadata.name +
                           "; delete all but one"};
    }
    found.request = &owned;
  }
  return found;
}

}  // namespace

std::int64_t next_revision(const View& view) { return view.status.revision.value_or(0) + 1; }

bool is_issuing(const View& view) { return kube::is_condition_true(view.status.conditions, api::kIssuing); }

RequestOfRevision current_request(const View& view) {
  if (!view.status.revision) return {};
  return request_of(view, *view.status.revision);
}

RequestOfRevision next_request(const View& view) { return request_of(view, next_revision(view)); }

std::string request_problem(const View& view) {
  auto current = current_request(view);
  return current.problem.empty() ? next_request(view).problem : std::move(current.problem);
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

}  // namespace cw::controller::certificates
