// References from one object to another, shared by all kinds. Data; the defaults of an issuer reference are
// applied when it is read and never stored.
// Source: cert-manager pkg/apis/meta/v1.
#pragma once

#include <string>
#include <string_view>

#include "lib/kube/fields.h"
#include "lib/kube/resource.h"

namespace cw::api {

struct LocalObjectReference {
  std::string name;
  bool operator==(const LocalObjectReference&) const = default;
};

template <kube::FieldsOf<LocalObjectReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("name"), s.name);
}

// Group and kind may be empty: issuer_group() and issuer_kind() say what is meant.
struct IssuerReference {
  std::string name;
  std::string kind;
  std::string group;
  bool operator==(const IssuerReference&) const = default;
};

template <kube::FieldsOf<IssuerReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("name"), s.name);
  visit("kind", s.kind);
  visit("group", s.group);
}

// A key in a Secret of the namespace that the context gives.
struct SecretKeySelector {
  std::string name;
  std::string key;
  bool operator==(const SecretKeySelector&) const = default;
};

template <kube::FieldsOf<SecretKeySelector> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("name"), s.name);
  visit("key", s.key);
}

struct ServiceAccountReference {
  std::string name;
  kube::List<std::string> audiences;
  bool operator==(const ServiceAccountReference&) const = default;
};

template <kube::FieldsOf<ServiceAccountReference> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit(kube::always("name"), s.name);
  visit("audiences", s.audiences);
}

// "Issuer" if empty.
std::string_view issuer_kind(const IssuerReference&);
// "cert-manager.io" if empty.
std::string_view issuer_group(const IssuerReference&);
// Of an issuer of ours, as an object in `name_space` names it.
kube::ObjectKey issuer_key(const IssuerReference&, const std::string& name_space);
// After defaults: how references are compared.
bool same_issuer(const IssuerReference&, const IssuerReference&);
// The issuer is one of ours (a foreign group belongs to another program and is left alone).
bool is_built_in_group(const IssuerReference&);

}  // namespace cw::api
