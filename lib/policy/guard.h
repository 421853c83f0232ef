// The issuer guard: annotations on an Issuer or ClusterIssuer that say which namespaces may use it and for
// which names. Checked before any policy, deny wins. A value that cannot be read lets nobody in. Pure.
// Source: reference/policy.md 3.4; docs/policy.md.
//
// - certwright.dev/allowed-namespaces, "team-*, !team-x": comma-separated, '*' any characters, '!' excludes.
//
// - certwright.dev/allowed-namespace-selector, "env in (prod,stage), !legacy, tier!=low": a label selector.
//
// - certwright.dev/allowed-dns, "**.{namespace}.example.com": '*' one label, '**' one or more, {namespace} in
// a label. Also holds for the common name. Other kinds of names are refused unless opened by the next.
//
// - certwright.dev/allowed-san-kinds, "ip, uri, email, otherName".
//
// - certwright.dev/max-sans, "20": names of all kinds together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/field_error.h"
#include "lib/kube/fields.h"
#include "lib/policy/evaluate.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

// For the webhook on issuers: values that cannot be read, with their path
// ("metadata.annotations[certwright.dev/max-sans]"). Rules are stamped "guard.*".
kube::FieldErrors validate_guard(const kube::Map& annotations);

class Guard {
 public:
  // nullopt: the issuer has no guard.
  static std::optional<Guard> of(const kube::Map& annotations);
  bool needs_labels() const;
  // `labels`: nullptr if the Namespace does not exist; only looked at if needs_labels(). Fields of the
  // failures are the annotations' paths. Empty: may be used.
  std::vector<Failure> check(const RequestView&, const kube::Map* labels) const;

  struct Impl;

 private:
  explicit Guard(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace cw::policy
