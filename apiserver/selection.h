// Selection: which objects of a resource a list or watch is about: namespace, labels, fields. Pure.
#pragma once

#include <string>

#include "apiserver/field_selector.h"
#include "apiserver/request_options.h"
#include "lib/kube/label_selector.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

struct Selection {
  std::string name_space;  // empty: all
  kube::LabelSelector labels;
  FieldSelector fields;

  // 400 for a malformed selector.
  static kube::Outcome<Selection> make(const ResourceRow&, const std::string& name_space,
                                       const std::string& labels, const std::string& fields);
  bool matches(const StoredObject&) const;
  bool is_everything() const { return labels.empty() && fields.empty(); }
};

}  // namespace cw::apiserver
