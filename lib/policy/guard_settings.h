// The issuer guard as it is written: the annotations read. Private to lib/policy. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/kube/field_error.h"
#include "lib/kube/fields.h"
#include "lib/kube/label_selector.h"
#include "lib/policy/dns_pattern.h"
#include "lib/policy/namespace_list.h"

namespace cw::policy {

// Kinds of names beside DNS names that can be opened.
enum class SanKind : std::uint8_t { Ip, Uri, Email, OtherName };

template <typename T>
struct Setting {
  T value;
  std::string text;  // as written
};

struct GuardSettings {
  std::optional<Setting<NamespaceList>> namespaces;
  std::optional<Setting<kube::LabelSelector>> selector;
  std::optional<Setting<std::vector<DnsPattern>>> dns;
  std::optional<Setting<std::vector<SanKind>>> kinds;
  std::optional<std::size_t> max_sans;
  kube::FieldErrors problems;  // values that cannot be read: nobody may use the issuer

  bool empty() const { return !namespaces && !selector && !dns && !kinds && !max_sans && problems.empty(); }
};

GuardSettings read_guard(const kube::Map& annotations);
// "metadata.annotations[KEY]"
kube::FieldPath annotation_path(std::string_view key);

}  // namespace cw::policy
