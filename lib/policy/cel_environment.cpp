#include "lib/policy/cel_environment.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/issuance/time_zone.h"
#include "lib/kube/service_account.h"

namespace cw::policy {
namespace {

constexpr std::string_view kRequestType = "cm.io.policy.pkg.internal.approver.validation.CertificateRequest";
constexpr std::string_view kServiceAccountType =
    "cm.io.policy.pkg.internal.approver.validation.ServiceAccount";

const std::string& text_of_value(const cel::Value& value) {
  static const std::string none;
  const cel::Text* text = value.as<cel::Text>();
  return text != nullptr && *text != nullptr ? **text : none;
}

Result<cel::Value> is_service_account(const std::vector<cel::Value>& arguments) {
  return cel::Value(kube::parse_service_account(text_of_value(arguments.front())).has_value());
}

Result<cel::Value> service_account(const std::vector<cel::Value>& arguments) {
  const std::string& username = text_of_value(arguments.front());
  const auto found = kube::parse_service_account(username);
  if (!found) return Error{Code::Invalid, "\"" + username + "\" is no service account"};
  auto fields = std::make_shared<const std::vector<cel::Value>>(
      std::vector<cel::Value>{cel::Value::of(found->name), cel::Value::of(found->name_space)});
  return cel::Value(cel::ObjectValue{kServiceAccountType, std::move(fields)});
}

template <std::size_t I>
Result<cel::Value> member_of_account(const std::vector<cel::Value>& arguments) {
  const auto* account = arguments.front().as<cel::ObjectValue>();
  if (account == nullptr || account->fields == nullptr || account->fields->size() <= I) {
    return Error{Code::Invalid, "no service account"};
  }
  return (*account->fields)[I];
}

Result<std::int64_t> utc_offset(std::string_view zone, std::int64_t at) {
  const issuance::TimeZone found = TRY(issuance::TimeZone::find(zone));
  return std::int64_t{found.offset_at(TimePoint(std::chrono::seconds(at))).count()};
}

cel::Environment make_environment() {
  const cel::Type text{cel::Kind::String};
  const cel::Type texts{cel::Kind::List, {text}};
  const cel::Type request{cel::Kind::Object, {}, kRequestType};
  const cel::Type account{cel::Kind::Object, {}, kServiceAccountType};
  cel::Environment environment;
  environment.objects = {
      {kRequestType, {{"name", text}, {"namespace", text}, {"username", text}, {"groups", texts}}},
      // Its name and namespace are read by functions alone: no fields.
      {kServiceAccountType, {}}};
  environment.variables = {{"self", text}, {"cr", request}};
  environment.functions = {
      {"isServiceAccount", false, {text}, cel::Type{cel::Kind::Bool}, is_service_account},
      {"serviceAccount", false, {text}, account, service_account},
      {"getName", true, {account}, text, member_of_account<0>},
      {"getNamespace", true, {account}, text, member_of_account<1>}};
  environment.time_zones = utc_offset;
  return environment;
}

}  // namespace

const cel::Environment& rule_environment() {
  static const cel::Environment environment = make_environment();
  return environment;
}

cel::Value request_value(const RequestView& view) {
  auto fields = std::make_shared<const std::vector<cel::Value>>(std::vector<cel::Value>{
      cel::Value::of(view.name), cel::Value::of(view.name_space), cel::Value::of(view.requester.username),
      cel::Value::of(view.requester.groups.items())});
  return cel::Value(cel::ObjectValue{kRequestType, std::move(fields)});
}

}  // namespace cw::policy
