#include "webhook/gate/namespace_mode.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "lib/api/names.h"

namespace cw::webhook {
namespace {

using policy::Mode;

constexpr std::array<std::pair<std::string_view, Mode>, 4> kWords{
    {{"off", Mode::Off}, {"audit", Mode::Audit}, {"warn", Mode::Warn}, {"enforce", Mode::Enforce}}};

std::optional<Mode> mode_of(std::string_view word) {
  for (const auto& [name, mode] : kWords) {
    if (name == word) return mode;
  }
  return std::nullopt;
}

std::string ignored(const std::string& name_space, std::string_view value, std::string_view why) {
  std::string text = "namespace " + name_space + ": label ";
  return text.append(api::kPolicyAdmissionLabel)
      .append("=")
      .append(value)
      .append(" is ignored: ")
      .append(why);
}

}  // namespace

NamespaceMode mode_in(const std::string& name_space, Mode flag, const policy::World& world) {
  const auto labels = world.namespace_labels(name_space);
  if (!labels) return {.mode = flag, .known = false};
  const std::string* label = *labels ? (*labels)->find(api::kPolicyAdmissionLabel) : nullptr;
  if (label == nullptr) return {.mode = flag};
  const std::optional<Mode> wanted = mode_of(*label);
  if (!wanted) {
    return {.mode = flag, .warning = ignored(name_space, *label, "use off, audit, warn or enforce")};
  }
  if (*wanted > flag) {
    return {.mode = flag, .warning = ignored(name_space, *label, "more than --policy-admission permits")};
  }
  return {.mode = *wanted};
}

}  // namespace cw::webhook
