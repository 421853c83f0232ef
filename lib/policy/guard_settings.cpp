#include "lib/policy/guard_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/policy/comma_list.h"

namespace cw::policy {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

struct KindWord {
  SanKind kind;
  std::string_view word;
};
constexpr std::array<KindWord, 4> kKindWords{{
    {SanKind::Ip, "ip"},
    {SanKind::Uri, "uri"},
    {SanKind::Email, "email"},
    {SanKind::OtherName, "otherName"},
}};

Result<SanKind> parse_kind(std::string_view word) {
  for (const KindWord& known : kKindWords) {
    if (lower_case(known.word) == lower_case(word)) return known.kind;
  }
  return Error{Code::Invalid,
               kube::quoted(word) + " is no kind of name that can be opened: ip, uri, email, otherName"};
}

// Nothing at all is a value too: no kind is open.
Result<std::vector<SanKind>> parse_kinds(std::string_view text) {
  std::vector<SanKind> kinds;
  if (trimmed(text, kBlanks).empty()) return kinds;
  for (const std::string_view word : TRY(parse_comma_list(text))) kinds.push_back(TRY(parse_kind(word)));
  return kinds;
}

Result<std::vector<DnsPattern>> parse_patterns(std::string_view text) {
  std::vector<DnsPattern> patterns;
  for (const std::string_view word : TRY(parse_comma_list(text))) {
    patterns.push_back(TRY(DnsPattern::parse(word)));
  }
  return patterns;
}

Result<kube::LabelSelector> parse_selector(std::string_view text) {
  auto selector = TRY(kube::LabelSelector::parse(text));
  if (selector.empty())
    return Error{Code::Invalid, "must name a label; to let every namespace in, leave it out"};
  return selector;
}

Result<std::size_t> parse_limit(std::string_view text) {
  constexpr std::size_t kMost = 10'000;
  const std::string_view digits = trimmed(text, kBlanks);
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (error != std::errc() || end != digits.data() + digits.size() || limit == 0 || limit > kMost) {
    return Error{Code::Invalid, "must be a whole number from 1 to 10000"};
  }
  return limit;
}

class Reader {
 public:
  Reader(const kube::Map& annotations, kube::FieldErrors& problems)
      : annotations_(annotations), problems_(problems) {}

  template <typename T>
  std::optional<Setting<T>> read(std::string_view key, std::string_view rule,
                                 Result<T> (*parse)(std::string_view)) {
    const std::string* text = annotations_.find(key);
    if (text == nullptr) return std::nullopt;
    Result<T> value = parse(*text);
    if (value) return Setting<T>{std::move(value).value(), *text};
    problems_.push_back(kube::invalid(annotation_path(key), kube::quoted(*text), value.error().message));
    problems_.back().rule = rule;
    return std::nullopt;
  }

 private:
  const kube::Map& annotations_;
  kube::FieldErrors& problems_;
};

}  // namespace

kube::FieldPath annotation_path(std::string_view key) {
  return kube::FieldPath("metadata.annotations").key(key);
}

GuardSettings read_guard(const kube::Map& annotations) {
  GuardSettings guard;
  Reader reader(annotations, guard.problems);
  guard.namespaces =
      reader.read(api::kAllowedNamespacesAnnotation, "guard.allowed-namespaces", &NamespaceList::parse);
  guard.selector = reader.read(api::kAllowedNamespaceSelectorAnnotation, "guard.allowed-namespace-selector",
                               &parse_selector);
  guard.dns = reader.read(api::kAllowedDnsAnnotation, "guard.allowed-dns", &parse_patterns);
  guard.kinds = reader.read(api::kAllowedSanKindsAnnotation, "guard.allowed-san-kinds", &parse_kinds);
  const auto limit = reader.read(api::kMaxSansAnnotation, "guard.max-sans", &parse_limit);
  if (limit) guard.max_sans = limit->value;
  return guard;
}

}  // namespace cw::policy
