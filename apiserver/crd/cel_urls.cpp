// url(…). Source: k8s.io/apiserver pkg/cel/library/urls.go.
#include <map>
#include <memory>

#include "apiserver/crd/cel_library.h"
#include "apiserver/crd/go_url.h"
#include "apiserver/plain_cel.h"

namespace cw::apiserver {
namespace {

using cel::Value;
using Entries = std::vector<std::pair<Value, Value>>;

// Fields: what is asked for, then what else makes it another URL.
enum Field : std::uint8_t { Scheme, Host, Hostname, Port, Path, Query, Parameters };

Value parameters_of(const GoUrl& url) {
  std::map<std::string, std::vector<std::string>> by_key;
  for (const auto& [key, value] : url.parameters()) by_key[key].push_back(value);
  auto entries = std::make_shared<Entries>();
  for (const auto& [key, values] : by_key) entries->emplace_back(Value::of(key), Value::of(values));
  return Value(Value::Variant(cel::MapValue{std::move(entries)}));
}

Result<Value> url(const CelArguments& given) {
  const std::string& text = text_of(given[0]);
  auto parsed = parse_request_uri(text);
  if (parsed) parsed = parse_go_url(text);
  if (!parsed) {
    return Error{Code::Invalid, "URL parse error during conversion from string: " + parsed.error().message};
  }
  return cel_object(kUrlType,
                    {Value::of(parsed->scheme), Value::of(parsed->host), Value::of(parsed->hostname()),
                     Value::of(parsed->port()), Value::of(parsed->escaped_path()), Value::of(parsed->query),
                     parameters_of(*parsed), Value::of(parsed->opaque), Value::of(parsed->user),
                     Value::of(parsed->fragment)});
}

template <Field kField>
Result<Value> field(const CelArguments& given) {
  return cel_field(given[0], kField);
}

constexpr CelRow kRows[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"url", "s:U", url, scan_cost},
    {"isURL", "s:b",
     [](const CelArguments& given) -> Result<Value> {
       return cel_bool(parse_request_uri(text_of(given[0])).has_value());
     }},
    {"getScheme", ".U:s", field<Scheme>},
    {"getHost", ".U:s", field<Host>},
    {"getHostname", ".U:s", field<Hostname>},
    {"getPort", ".U:s", field<Port>},
    {"getEscapedPath", ".U:s", field<Path>},
    {"getQuery", ".U:R", field<Parameters>},
};

}  // namespace

std::span<const CelRow> url_rows() { return kRows; }

}  // namespace cw::apiserver
