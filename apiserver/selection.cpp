#include "apiserver/selection.h"

namespace cw::apiserver {

kube::Outcome<Selection> Selection::make(const ResourceRow& row, const std::string& name_space,
                                         const std::string& labels, const std::string& fields) {
  Result<kube::LabelSelector> by_label = kube::LabelSelector::parse(labels);
  if (!by_label) return kube::bad_request(by_label.error().message);
  Result<FieldSelector> by_field = FieldSelector::parse(fields, row);
  if (!by_field) return kube::bad_request(by_field.error().message);
  Selection selection{name_space, std::move(by_label).value(), std::move(by_field).value()};
  // The store then looks at one namespace only.
  if (selection.name_space.empty() && row.resource.namespaced) {
    selection.name_space = selection.fields.only_namespace().value_or("");
  }
  return selection;
}

bool Selection::matches(const StoredObject& object) const {
  if (!name_space.empty() && object.key().name_space != name_space) return false;
  if (!fields.empty() && !fields.matches(object)) return false;
  return labels.empty() || labels.matches(object.head().labels);
}

}  // namespace cw::apiserver
