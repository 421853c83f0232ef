// A verdict in words and as JSON: for refusals and warnings at admission, events, conditions and `explain`.
// Pure. Source: reference/policy.md 3.3, 3.5.
#pragma once

#include <string>
#include <vector>

#include "lib/kube/json.h"
#include "lib/policy/decide.h"

namespace cw::policy {

// "namespace team-b may not request dnsNames[1]=x from ClusterIssuer y", then a line a policy, the nearest
// fix and the explain command; at most 4 KiB.
std::string refusal_text(const Verdict&, const RequestView&);
// At most 120 characters each, ASCII; one for the answer, more for the causes; none if Approved.
std::vector<std::string> warning_texts(const Verdict&, const RequestView&);
// Why nothing decides over it, in one sentence with what to do: for events and conditions; at most 1 KiB.
std::string pending_text(const Verdict&, const RequestView&);
// The whole record:
// {"verdict","policy","message","request":{…},"guard":[…],"policies":[{"name","stage","why",
// "failures":[{"field","value","detail","internal","hint"}]}]}.
kube::Json to_json(const Verdict&, const RequestView&);
// For people, many lines.
std::string report(const Verdict&, const RequestView&);
// The same from the record, so that what the server explained reads as what was explained here.
std::string report(const kube::Json& record);

}  // namespace cw::policy
