#include "webhook/rules/rule.h"

#include <algorithm>

namespace cw::webhook {

kube::FieldErrors without_known(kube::FieldErrors found, const kube::FieldErrors& before) {
  const auto known = [&](const kube::FieldError& error) {
    return std::any_of(before.begin(), before.end(), [&](const kube::FieldError& old) {
      return old.rule == error.rule && old.field == error.field && old.bad_value == error.bad_value;
    });
  };
  found.erase(std::remove_if(found.begin(), found.end(), known), found.end());
  return found;
}

}  // namespace cw::webhook
