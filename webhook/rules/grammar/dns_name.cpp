#include "webhook/rules/grammar/dns_name.h"

#include <algorithm>

namespace cw::webhook {
namespace {

bool is_lower_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_label_form(std::string_view label) {
  if (label.empty() || !is_lower_alphanumeric(label.front()) || !is_lower_alphanumeric(label.back()))
    return false;
  return std::all_of(label.begin(), label.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

}  // namespace

bool is_subdomain_form(std::string_view name) {
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_label_form(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

std::vector<std::string> subdomain_faults(std::string_view name) {
  std::vector<std::string> faults;
  if (name.size() > kMaxSubdomainBytes) faults.push_back(subdomain_length_fault());
  if (!is_subdomain_form(name)) faults.push_back(subdomain_form_fault());
  return faults;
}

std::string subdomain_length_fault() {
  return "must be no more than " + std::to_string(kMaxSubdomainBytes) + " bytes";
}

std::string subdomain_form_fault() {
  return "must be lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or "
         "digit "
         "(such as 'web.example-1')";
}

}  // namespace cw::webhook
