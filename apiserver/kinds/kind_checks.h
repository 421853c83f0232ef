// Checks that several kinds have in common, in kube-apiserver's words. Pure.
// Source: k8s.io/apimachinery pkg/util/validation; k8s.io/kubernetes pkg/apis/core/validation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/data_rules.h"
#include "apiserver/resource_row.h"
#include "lib/kube/names.h"

namespace cw::apiserver {

using kube::FieldPath;

// Each problem as "Invalid value".
void add_problems(FieldErrors& errors, const FieldPath& at, std::string_view value,
                  const kube::Problems& problems);

kube::Problems wildcard_subdomain_problems(std::string_view text);
kube::Problems port_name_problems(std::string_view text);

// 1 to 65535; a missing number is 0.
void check_port_number(FieldErrors& errors, const FieldPath& at, const Json* value);
// A number as above, or a name of a port.
void check_port(FieldErrors& errors, const FieldPath& at, const Json* value);
// TCP, UDP or SCTP.
void check_protocol(FieldErrors& errors, const FieldPath& at, std::string_view protocol);
// One of them; nothing if it is empty.
void check_choice(FieldErrors& errors, const FieldPath& at, std::string_view value,
                  const std::vector<std::string>& choices);
void check_qualified_name(FieldErrors& errors, const FieldPath& at, std::string_view name);
void check_labels_at(FieldErrors& errors, const FieldPath& at, const Json& labels);

// False if it is no address.
bool check_ip(FieldErrors& errors, const FieldPath& at, std::string_view address);
// An address that endpoints may have: not of this host, not of the link.
void check_endpoint_ip(FieldErrors& errors, const FieldPath& at, std::string_view address);
bool is_ip(std::string_view text);
// Address and name of one point of a load balancer.
void check_balancer_point(FieldErrors& errors, const FieldPath& at, const Json& point);
bool is_ipv6(std::string_view text);

// What Go's fmt and encoding/json make of it: a JSON list or null.
std::string shown_json(const Json* value);
std::int64_t number_member(const Json& object, std::string_view name);
// {"type": …} of a list, or null.
const Json* find_condition(const Json& conditions, std::string_view type);

}  // namespace cw::apiserver
