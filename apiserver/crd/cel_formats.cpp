// Formats by name: format.dns1123Label().validate("x"). Source: k8s.io/apiserver pkg/cel/library/format.go.
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "apiserver/crd/cel_library.h"
#include "apiserver/crd/go_url.h"
#include "apiserver/plain_cel.h"
#include "lib/cel/text.h"
#include "lib/kube/names.h"
#include "schemas/formats.h"

namespace cw::apiserver {
namespace {

using cel::Value;

template <kube::Problems (*kCheck)(std::string_view)>
kube::Problems as_prefix(std::string_view text) {
  // Random letters come behind it.
  if (text.size() < 2 || !text.ends_with('-')) return kCheck(text);
  return kCheck(std::string(text.substr(0, text.size() - 2)) + "a");
}

kube::Problems of_format(std::string_view text, const char* format, const char* problem) {
  const schemas::FormatCheck check = schemas::find_format(format);
  return check != nullptr && check(text) ? kube::Problems() : kube::Problems{problem};
}

kube::Problems uri_problems(std::string_view text) {
  const auto url = parse_request_uri(text);
  return url ? kube::Problems() : kube::Problems{url.error().message};
}

struct NamedFormat {
  std::string_view name;  // "format." in front: the function
  std::uint64_t size;     // about that of its regular expression; costs are counted with it
  kube::Problems (*problems)(std::string_view text);
};

constexpr std::size_t kPrefix = std::string_view("format.").size();

constexpr std::array kFormats{
    NamedFormat{"format.dns1123Label", 30, kube::label_problems},
    NamedFormat{"format.dns1123Subdomain", 60, kube::subdomain_problems},
    NamedFormat{"format.dns1035Label", 30, kube::rfc1035_label_problems},
    NamedFormat{"format.qualifiedName", 60, kube::qualified_name_problems},
    NamedFormat{"format.dns1123LabelPrefix", 30, as_prefix<kube::label_problems>},
    NamedFormat{"format.dns1123SubdomainPrefix", 60, as_prefix<kube::subdomain_problems>},
    NamedFormat{"format.dns1035LabelPrefix", 30, as_prefix<kube::rfc1035_label_problems>},
    NamedFormat{"format.labelValue", 40, kube::label_value_problems},
    NamedFormat{"format.uri", 1103, uri_problems},
    NamedFormat{
        "format.uuid", 70,
        [](std::string_view text) { return of_format(text, "uuid", "does not match the UUID format"); }},
    NamedFormat{"format.byte", 84,
                [](std::string_view text) { return of_format(text, "byte", "invalid base64"); }},
    NamedFormat{"format.date", 71,
                [](std::string_view text) { return of_format(text, "date", "invalid date"); }},
    NamedFormat{"format.datetime", 71,
                [](std::string_view text) { return of_format(text, "datetime", "invalid datetime"); }},
};

const NamedFormat& format_in(const Value& value) {
  return kFormats[static_cast<std::size_t>(cel_int(cel_field(value, 0)))];
}

// A value is its place in the list.
Value format_value(std::size_t index) {
  return cel_object(kFormatType, {cel_int_value(static_cast<std::int64_t>(index))});
}

Value optional(std::optional<Value> held) {
  return Value(Value::Variant(cel::OptionalValue{held ? std::make_shared<const Value>(*std::move(held))
                                                      : std::shared_ptr<const Value>()}));
}

// None if the text has the format, else what is wrong.
Result<Value> validate(const CelArguments& given) {
  const kube::Problems problems = format_in(given[0]).problems(text_of(given[1]));
  return optional(problems.empty() ? std::nullopt : std::optional(Value::of(problems)));
}

std::uint64_t validate_cost(const CelArguments& given) {
  return tenth_of(1 + cel::characters(text_of(given[1]))) * ((format_in(given[0]).size + 3) / 4);
}

Result<Value> named(const CelArguments& given) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i].name.substr(kPrefix) == text_of(given[0])) return optional(format_value(i));
  }
  return optional(std::nullopt);
}

template <std::size_t kIndex>
Result<Value> format(const CelArguments& /*none*/) {
  return format_value(kIndex);
}

template <std::size_t... kIndices>
constexpr std::array<CelRow, sizeof...(kIndices) + 2> rows(std::index_sequence<kIndices...> /*all*/) {
  return {{{"validate", ".Fs:OLs", validate, validate_cost},
           {"format.named", "s:OF", named},
           {kFormats[kIndices].name.data(), ":F", format<kIndices>}...}};
}

constexpr auto kRows = rows(std::make_index_sequence<kFormats.size()>());

}  // namespace

std::span<const CelRow> format_rows() { return kRows; }

}  // namespace cw::apiserver
