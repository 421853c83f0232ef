#include "webhook/rules/grammar/label.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "webhook/rules/grammar/dns_name.h"

namespace cw::webhook {
namespace {

bool is_name_form(std::string_view name) {
  if (name.empty() || !is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::string form_fault(std::string_view part) {
  return std::string(part) +
         "must be letters, digits, '-', '_' and '.', beginning and ending with a letter or digit (such as "
         "'My.name-1')";
}

std::string length_fault(std::string_view part) {
  return std::string(part) + "must be no more than " + std::to_string(kMaxLabelBytes) + " bytes";
}

void append_prefix_faults(std::vector<std::string>& faults, std::string_view prefix) {
  if (prefix.empty()) {
    faults.emplace_back("the part before '/' must not be empty");
    return;
  }
  for (const std::string& fault : subdomain_faults(prefix)) {
    faults.push_back("the part before '/' " + fault);
  }
}

}  // namespace

std::vector<std::string> label_key_faults(std::string_view key) {
  std::vector<std::string> faults;
  const std::size_t slash = key.find('/');
  std::string_view name = key;
  if (slash != std::string_view::npos) {
    name = key.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      faults.emplace_back(
          "must be a name with at most one prefix and '/' before it (such as 'example.com/my-name')");
      return faults;
    }
    append_prefix_faults(faults, key.substr(0, slash));
  }
  if (name.empty()) faults.emplace_back("the name must not be empty");
  if (name.size() > kMaxLabelBytes) faults.push_back(length_fault("the name "));
  if (!is_name_form(name)) faults.push_back(form_fault("the name "));
  return faults;
}

std::vector<std::string> label_value_faults(std::string_view value) {
  std::vector<std::string> faults;
  if (value.size() > kMaxLabelBytes) faults.push_back(length_fault(""));
  if (!value.empty() && !is_name_form(value)) faults.push_back(form_fault("if not empty, "));
  return faults;
}

}  // namespace cw::webhook
