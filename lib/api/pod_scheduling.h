// Affinity and Toleration of core/v1, as far as PodTemplate carries them. Data only.
// Source: k8s.io/api core/v1 and meta/v1, field order as declared there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/kube/fields.h"

namespace cw::api {

struct LabelSelectorRequirement {
  std::string key;
  std::string operator_kind;
  kube::List<std::string> values;
  bool operator==(const LabelSelectorRequirement&) const = default;
};

template <kube::FieldsOf<LabelSelectorRequirement> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("key"), s.key);
  visit(kube::always("operator"), s.operator_kind);
  visit("values", s.values);
}

struct LabelSelector {
  kube::Map match_labels;
  kube::List<LabelSelectorRequirement> match_expressions;
  bool operator==(const LabelSelector&) const = default;
};

template <kube::FieldsOf<LabelSelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("matchLabels", s.match_labels);
  visit("matchExpressions", s.match_expressions);
}

struct NodeSelectorRequirement {
  std::string key;
  std::string operator_kind;
  kube::List<std::string> values;
  bool operator==(const NodeSelectorRequirement&) const = default;
};

template <kube::FieldsOf<NodeSelectorRequirement> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("key"), s.key);
  visit(kube::always("operator"), s.operator_kind);
  visit("values", s.values);
}

struct NodeSelectorTerm {
  kube::List<NodeSelectorRequirement> match_expressions;
  kube::List<NodeSelectorRequirement> match_fields;
  bool operator==(const NodeSelectorTerm&) const = default;
};

template <kube::FieldsOf<NodeSelectorTerm> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("matchExpressions", s.match_expressions);
  visit("matchFields", s.match_fields);
}

struct NodeSelector {
  kube::List<NodeSelectorTerm> node_selector_terms;
  bool operator==(const NodeSelector&) const = default;
};

template <kube::FieldsOf<NodeSelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("nodeSelectorTerms"), s.node_selector_terms);
}

struct PreferredSchedulingTerm {
  std::int32_t weight = 0;
  NodeSelectorTerm preference;
  bool operator==(const PreferredSchedulingTerm&) const = default;
};

template <kube::FieldsOf<PreferredSchedulingTerm> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("weight"), s.weight);
  visit(kube::always("preference"), s.preference);
}

struct NodeAffinity {
  std::optional<NodeSelector> required_during_scheduling_ignored_during_execution;
  kube::List<PreferredSchedulingTerm> preferred_during_scheduling_ignored_during_execution;
  bool operator==(const NodeAffinity&) const = default;
};

template <kube::FieldsOf<NodeAffinity> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("requiredDuringSchedulingIgnoredDuringExecution",
        s.required_during_scheduling_ignored_during_execution);
  visit("preferredDuringSchedulingIgnoredDuringExecution",
        s.preferred_during_scheduling_ignored_during_execution);
}

struct PodAffinityTerm {
  std::optional<LabelSelector> label_selector;
  kube::List<std::string> namespaces;
  std::string topology_key;
  std::optional<LabelSelector> namespace_selector;
  kube::List<std::string> match_label_keys;
  kube::List<std::string> mismatch_label_keys;
  bool operator==(const PodAffinityTerm&) const = default;
};

template <kube::FieldsOf<PodAffinityTerm> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("labelSelector", s.label_selector);
  visit("namespaces", s.namespaces);
  visit(kube::always("topologyKey"), s.topology_key);
  visit("namespaceSelector", s.namespace_selector);
  visit("matchLabelKeys", s.match_label_keys);
  visit("mismatchLabelKeys", s.mismatch_label_keys);
}

struct WeightedPodAffinityTerm {
  std::int32_t weight = 0;
  PodAffinityTerm pod_affinity_term;
  bool operator==(const WeightedPodAffinityTerm&) const = default;
};

template <kube::FieldsOf<WeightedPodAffinityTerm> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("weight"), s.weight);
  visit(kube::always("podAffinityTerm"), s.pod_affinity_term);
}

// Also core/v1 PodAntiAffinity, which has the same fields.
struct PodAffinity {
  kube::List<PodAffinityTerm> required_during_scheduling_ignored_during_execution;
  kube::List<WeightedPodAffinityTerm> preferred_during_scheduling_ignored_during_execution;
  bool operator==(const PodAffinity&) const = default;
};

template <kube::FieldsOf<PodAffinity> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("requiredDuringSchedulingIgnoredDuringExecution",
        s.required_during_scheduling_ignored_during_execution);
  visit("preferredDuringSchedulingIgnoredDuringExecution",
        s.preferred_during_scheduling_ignored_during_execution);
}

struct Affinity {
  std::optional<NodeAffinity> node_affinity;
  std::optional<PodAffinity> pod_affinity;
  std::optional<PodAffinity> pod_anti_affinity;
  bool operator==(const Affinity&) const = default;
};

template <kube::FieldsOf<Affinity> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("nodeAffinity", s.node_affinity);
  visit("podAffinity", s.pod_affinity);
  visit("podAntiAffinity", s.pod_anti_affinity);
}

struct Toleration {
  std::string key;
  std::string operator_kind;
  std::string value;
  std::string effect;
  std::optional<std::int64_t> toleration_seconds;
  bool operator==(const Toleration&) const = default;
};

template <kube::FieldsOf<Toleration> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("key", s.key);
  visit("operator", s.operator_kind);
  visit("value", s.value);
  visit("effect", s.effect);
  visit("tolerationSeconds", s.toleration_seconds);
}

}  // namespace cw::api
