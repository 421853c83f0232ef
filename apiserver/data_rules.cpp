#include "apiserver/data_rules.h"

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/kube/names.h"

namespace cw::apiserver {

using kube::FieldPath;

void append(FieldErrors& to, FieldErrors more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::size_t decoded_size(std::string_view base64) {
  const std::size_t last = base64.find_last_not_of('=');
  const std::size_t padding = last == std::string_view::npos ? 0 : base64.size() - last - 1;
  const std::size_t whole = base64.size() / 4 * 3;
  return whole - std::min(padding, whole);
}

FieldErrors check_keys(const Json& data, const FieldPath& at) {
  FieldErrors errors;
  for (const auto& [key, value] : data.items()) {
    for (std::string& problem : kube::config_key_problems(key)) {
      errors.push_back(kube::invalid(at.key(key), kube::quoted(key), std::move(problem)));
    }
  }
  return errors;
}

FieldErrors check_frozen(const Json& next, const Json& old, std::initializer_list<std::string_view> members) {
  constexpr std::string_view kWhy = "field is immutable when `immutable` is set";
  if (!true_member(old, "immutable")) return {};
  FieldErrors errors;
  if (!true_member(next, "immutable")) {
    errors.push_back(kube::forbidden(FieldPath("immutable"), std::string(kWhy)));
  }
  for (const std::string_view member : members) {
    if (object_member(next, member) != object_member(old, member)) {
      errors.push_back(kube::forbidden(FieldPath(member), std::string(kWhy)));
    }
  }
  return errors;
}

}  // namespace cw::apiserver
