#include "lib/acme/decode_problem.h"

#include "lib/acme/decode.h"
#include "lib/acme/text_rules.h"

namespace cw::acme {
namespace {

constexpr std::size_t kMaxType = 256;

// Cut to that size; empty if there is no such text.
std::string text_of(const Json& object, const char* name, std::size_t at_most) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return shown(found->get_ref<const std::string&>(), at_most);
}

// RFC 7807 §4.2: about:blank is what a problem without a type is of.
std::string type_of(const Json& object) {
  std::string type = text_of(object, "type", kMaxType);
  return type.empty() ? "about:blank" : type;
}

int status_of(const Json& object) {
  const auto found = object.find("status");
  if (found == object.end() || !found->is_number_integer()) return 0;
  const auto status = found->get<std::int64_t>();
  return status >= 100 && status <= 599 ? static_cast<int>(status) : 0;
}

Subproblem subproblem_of(const Json& object) {
  Subproblem part{.type = type_of(object), .detail = text_of(object, "detail", kMaxDetail), .identifier = {}};
  const auto identifier = object.find("identifier");
  if (identifier != object.end() && identifier->is_object()) {
    part.identifier = text_of(*identifier, "value", kMaxType);
  }
  return part;
}

}  // namespace

Problem problem_of(const Json& object, int status) {
  Problem problem{.type = type_of(object),
                  .detail = text_of(object, "detail", kMaxDetail),
                  .status = status == 0 ? status_of(object) : status,
                  .subproblems = {}};
  if (problem.detail.empty()) problem.detail = text_of(object, "title", kMaxDetail);
  const auto parts = object.find("subproblems");
  if (parts == object.end() || !parts->is_array()) return problem;
  for (const Json& part : *parts) {
    if (problem.subproblems.size() == kMaxSubproblems) break;
    if (part.is_object()) problem.subproblems.push_back(subproblem_of(part));
  }
  return problem;
}

}  // namespace cw::acme
