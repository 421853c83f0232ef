// Http01Target: of a Challenge, what the HTTP-01 solver in a cluster works with: whom to answer for, with
// what, and who owns what is made for it. Pure. Source: reference/controllers.md 6.1, 10.1.
#pragma once

#include <string>
#include <string_view>

#include "controller/acme/http01_options.h"
#include "lib/api/challenge.h"
#include "lib/base/result.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"

namespace cw::controller::acme {

inline constexpr int kSolverPort = 8089;
inline constexpr std::string_view kSolverNamePrefix = "cm-acme-http-solver-";

// Valid as long as the Challenge is.
struct Http01Target {
  std::string_view name_space;
  std::string_view dns_name;
  std::string_view token;
  std::string_view key;
  kube::OwnerReference owner;
  const api::Http01Ingress* ingress = nullptr;  // at most one of the two
  const api::Http01GatewayHttpRoute* route = nullptr;
};
Http01Target target_of(const api::Challenge&);
// Invalid, with the field's path: what could not work, or would put what the CA says where it does not
// belong.
Status check_target(const Http01Target&, const Http01Options&);
// A token is base64url (RFC 8555 §8.3); it becomes part of paths.
bool is_token(std::string_view);

// "/.well-known/acme-challenge/TOKEN"
std::string challenge_path(std::string_view token);
bool is_ip_address(std::string_view name);

// The three labels by which a solver's objects are found again, by cert-manager too.
kube::Map identity_labels(const Http01Target&);
std::string identity_selector(const Http01Target&);
// Those, and the extra labels of the options.
kube::Map solver_labels(const Http01Target&, const Http01Options&);
// `to` with `from` over it, but for the labels of identity, without which nothing is found again.
void add_labels(kube::Map& to, const kube::Map& from);
void add_annotations(kube::Map& to, const kube::Map& from);
// apiVersion, kind and metadata, owner included.
kube::Json new_object(const kube::Resource&, const Http01Target&, const std::string& name,
                      const kube::Map& labels, const kube::Map& annotations);

std::uint32_t adler32(std::string_view text);

}  // namespace cw::controller::acme
