// A request in the form in which policies look at it, made once for all of them. Views into the
// RequestView, which must outlive it. Source: reference/policy.md 1.3.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cel/value.h"
#include "lib/policy/attributes.h"
#include "lib/policy/evaluate.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

struct AttributeValues {
  std::vector<std::string_view> values;
  bool unreadable = false;  // one of them is no text: denied, whatever the policy says
};

struct OidValues {
  std::string_view oid;
  AttributeValues found;
};

struct RequestFacts {
  explicit RequestFacts(const RequestView&);

  const AttributeValues& of(Attribute a) const { return attributes[static_cast<std::size_t>(a)]; }
  bool key_is_known() const;

  const RequestView& view;
  std::array<AttributeValues, kAttributes> attributes;
  std::vector<OidValues> other_names;       // in the order of the request
  std::vector<OidValues> other_attributes;  // in the order of the request
  cel::Value request;                       // `cr` of rules
};

struct Evaluation {
  std::vector<Failure> failures;
  std::string error;  // no verdict is possible (a key of an unknown kind); empty: there is none
};
Evaluation evaluate(const CompiledPolicy&, const RequestFacts&);

}  // namespace cw::policy
