// How values are written in messages about policy. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/duration.h"
#include "lib/policy/request_view.h"

namespace cw::policy {

// "24h", "1h30m" for Go's "24h0m0s", "1h30m0s".
std::string short_duration(Duration);
// At most `limit` bytes, on a character's border, with "..." where something was left out.
std::string shortened(std::string_view text, std::size_t limit);
// A value of a request: quoted, and shortened where it is very long.
std::string shown_value(std::string_view value);
// Printable ASCII only: what an HTTP header may hold.
std::string in_ascii(std::string_view text);
// Control characters become blanks.
std::string one_line(std::string_view text);
// As an argument of a shell: in single quotes where it needs them.
std::string shell_word(std::string_view text);
// "a, b, c and 7 more".
std::string listed(const std::vector<std::string>& texts, std::size_t limit);

// "ClusterIssuer corp", "Issuer.example.com corp" for one of another group.
std::string issuer_text(const api::IssuerReference&);
// What makes the user may use the policy in the namespace: one line for a shell.
std::string grant_command(const kube::UserInfo&, const std::string& policy, const std::string& name_space);

}  // namespace cw::policy
