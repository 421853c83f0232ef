// What of a request is refused, in a few words: "dnsNames[1]=x". Pure.
#pragma once

#include <string>
#include <vector>

#include "lib/policy/decide.h"

namespace cw::policy {

// The failures to speak of first: the guard's, or those of the policy that came nearest to approving.
// nullptr: no policy looked at the request.
const std::vector<Failure>* nearest_failures(const Verdict&);

// "namespace team-b may not request dnsNames[1]=x from ClusterIssuer y".
std::string headline(const Verdict&, const RequestView&);

// The hints, the first three: "state spec.duration of at most 24h; remove spec.uris". May be empty.
std::string fix_of(const std::vector<Failure>&);

// `field: "x": detail`.
std::string brief(const Failure&);

}  // namespace cw::policy
