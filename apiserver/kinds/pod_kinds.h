// Pod: defaults, rules and columns. Pods are stored only: nothing runs them. Checked are the names, ports,
// volumes, probes and amounts that objects in the wild get wrong; not checked: affinity, windows options,
// resource claims and the like. Pure.
// Source: k8s.io/kubernetes pkg/apis/core/v1/defaults.go, pkg/apis/core/validation,
// pkg/registry/core/pod/strategy.go, plugin/pkg/admission/{priority,defaulttolerationseconds}.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

KindRules pod_rules();
TableColumns pod_table();

// The parts of the above.
void fill_pod(Json& pod);
void prepare_pod(Json& pod);
FieldErrors check_new_pod(const Json& pod);
FieldErrors check_pod_update(const Json& next, const Json& old);
std::vector<std::string> warn_of_pod(const Json& pod, const Json* old);
void tolerate_lost_nodes(Json& pod);
void prepare_pod_part(Json& next, const Json& old, ObjectPart, TimePoint now);
FieldErrors check_pod_part(const Json& next, const Json& old, ObjectPart);
// The seconds that a Pod on a node has to end.
std::int64_t pod_grace(const Json& pod, std::optional<std::int64_t> asked);

}  // namespace cw::apiserver
