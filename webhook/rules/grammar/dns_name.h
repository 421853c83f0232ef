// Names as Kubernetes wants them: RFC 1123 subdomains. Pure; each check answers what is wrong, one text a
// fault; empty = fine. Source: k8s.io/apimachinery util/validation.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cw::webhook {

inline constexpr std::size_t kMaxSubdomainBytes = 253;

// Labels of a-z, 0-9 and inner '-', joined by dots; no label is too long.
bool is_subdomain_form(std::string_view name);

// Length and form apart: a name can fail both.
std::vector<std::string> subdomain_faults(std::string_view name);

std::string subdomain_length_fault();
std::string subdomain_form_fault();

}  // namespace cw::webhook
