#include "controller/policy/pending_causes.h"

#include <memory>

#include "lib/base/stable_hash.h"

namespace cw::controller::approval {

bool PendingCauses::note(const kube::ObjectMeta& request, const std::string& cause) {
  const auto key = kube::key_of(request);
  const auto uid = stable_hash(request.uid);
  const auto before = causes_.find(key, uid);
  if (before && *before == cause) return false;
  causes_.keep(key, uid, std::make_shared<const std::string>(cause));
  return true;
}

std::string PendingCauses::find(const kube::ObjectMeta& request) const {
  const auto cause = causes_.find(kube::key_of(request), stable_hash(request.uid));
  return cause ? *cause : std::string();
}

}  // namespace cw::controller::approval
