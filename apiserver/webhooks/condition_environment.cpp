#include "apiserver/webhooks/condition_environment.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apiserver/crd/cel_functions.h"
#include "apiserver/identity.h"
#include "apiserver/plain_cel.h"
#include "lib/cel/text.h"
#include "lib/kube/names.h"

namespace cw::apiserver::webhooks {
namespace {

using cel::Kind;
using cel::Type;
using cel::Value;
using Values = std::vector<Value>;

constexpr std::string_view kAuthorizerType = "kubernetes.authorization.Authorizer";
constexpr std::string_view kPathCheckType = "kubernetes.authorization.PathCheck";
constexpr std::string_view kGroupCheckType = "kubernetes.authorization.GroupCheck";
constexpr std::string_view kResourceCheckType = "kubernetes.authorization.ResourceCheck";
constexpr std::string_view kDecisionType = "kubernetes.authorization.Decision";

// Fields of those values. An Authorizer has the check of the request itself in front, for expressions to
// read.
constexpr std::size_t kAuthorizerUser = 1;  // then the groups
constexpr std::size_t kCheckUser = 0;       // then the groups, then what it is about
constexpr std::size_t kCheckSubject = 2;    // path or group; a ResourceCheck goes on:
constexpr std::size_t kResource = 3;
constexpr std::size_t kSubResource = 4;
constexpr std::size_t kNamespace = 5;
constexpr std::size_t kName = 6;
constexpr std::size_t kAllowed = 0;
constexpr std::size_t kReason = 1;

Type object_type(std::string_view name) { return {Kind::Object, {}, name}; }

Value object(std::string_view type, Values fields) {
  return Value(cel::ObjectValue{type, std::make_shared<const Values>(std::move(fields))});
}

const Values& fields_of(const Value& value) {
  static const Values kNone(kName + 1);
  const auto* object = value.as<cel::ObjectValue>();
  return object != nullptr && object->fields != nullptr ? *object->fields : kNone;
}

kube::UserInfo user_of(const Values& fields, std::size_t at) {
  kube::UserInfo user;
  user.username = text_of(fields[at]);
  std::vector<std::string> groups;
  for (const Value& group : items_of(fields[at + 1])) groups.push_back(text_of(group));
  user.groups = kube::List<std::string>(std::move(groups));
  return user;
}

// The same check about something else.
template <std::size_t At>
Result<Value> with(const Values& arguments) {
  Values fields = fields_of(arguments[0]);
  fields[At] = arguments[1];
  return object(kResourceCheckType, std::move(fields));
}

bool is_blank(const Value& value) {
  return text_of(value).find_first_not_of(" \t\r\n\f\v") == std::string::npos;
}

template <std::string_view const& kType>
Result<Value> check_of(const Values& arguments) {
  if (kType == kPathCheckType && is_blank(arguments[1]))
    return Error{Code::Invalid, "path must not be empty"};
  const Values& from = fields_of(arguments[0]);
  return object(kType, {from[kAuthorizerUser], from[kAuthorizerUser + 1], arguments[1]});
}

Result<Value> resource_check(const Values& arguments) {
  if (is_blank(arguments[1])) return Error{Code::Invalid, "resource must not be empty"};
  const Values& from = fields_of(arguments[0]);
  const Value none = Value::of("");
  return object(kResourceCheckType, {from[kCheckUser], from[kCheckUser + 1], from[kCheckSubject],
                                     arguments[1], none, none, none});
}

Result<Value> for_service_account(const Values& arguments) {
  const std::string name_space = text_of(arguments[1]);
  if (!kube::subdomain_problems(text_of(arguments[2])).empty())
    return Error{Code::Invalid, "Invalid service account name"};
  if (!kube::label_problems(name_space).empty())
    return Error{Code::Invalid, "Invalid service account namespace"};
  const std::vector<std::string> groups{"system:serviceaccounts", "system:serviceaccounts:" + name_space,
                                        std::string(kAuthenticated)};
  Values fields = fields_of(arguments[0]);
  fields[kAuthorizerUser] = Value::of("system:serviceaccount:" + name_space + ":" + text_of(arguments[2]));
  fields[kAuthorizerUser + 1] = Value::of(groups);
  return object(kAuthorizerType, std::move(fields));
}

Value decision(const AskRight& ask, const kube::UserInfo& user, const rbac::Attributes& asked) {
  const rbac::Decision given = ask ? ask(user, asked) : rbac::Decision{};
  return object(kDecisionType, {Value(given.allowed), Value::of(given.reason)});
}

cel::Function member(std::string_view name, std::vector<Type> arguments, Type result,
                     std::function<Result<Value>(const Values&)> call, cel::CallCost cost = nullptr) {
  return {name, true, std::move(arguments), std::move(result), std::move(call), cost};
}

// No expression may ask for more than two rights.
std::uint64_t check_cost(const Values& /*any*/) { return 350'000; }

// Of a selector that is read: its requirements are counted as half its characters.
std::uint64_t selector_cost(const Values& arguments) {
  constexpr std::uint64_t kList = 10;
  constexpr std::uint64_t kRequirement = 50;
  const std::uint64_t size = cel::characters(text_of(arguments[1]));
  return kList + (size + 9) / 10 + (size + 1) / 2 * kRequirement;
}

// Rules of RBAC do not know selectors: the right is the same with and without.
Result<Value> as_before(const Values& arguments) { return arguments[0]; }

std::vector<cel::Function> functions(const AskRight& ask) {
  const Type string{Kind::String};
  const Type authorizer = object_type(kAuthorizerType);
  const Type path = object_type(kPathCheckType);
  const Type group = object_type(kGroupCheckType);
  const Type resource = object_type(kResourceCheckType);
  const Type outcome = object_type(kDecisionType);
  const auto check_path = [ask](const Values& arguments) -> Result<Value> {
    const Values& fields = fields_of(arguments[0]);
    return decision(ask, user_of(fields, kCheckUser),
                    {.verb = text_of(arguments[1]), .path = text_of(fields[kCheckSubject])});
  };
  const auto check_resource = [ask](const Values& arguments) -> Result<Value> {
    const Values& fields = fields_of(arguments[0]);
    return decision(ask, user_of(fields, kCheckUser),
                    {.verb = text_of(arguments[1]),
                     .api_group = text_of(fields[kCheckSubject]),
                     .resource = text_of(fields[kResource]),
                     .sub_resource = text_of(fields[kSubResource]),
                     .name = text_of(fields[kName]),
                     .name_space = text_of(fields[kNamespace])});
  };
  const auto field = [](std::size_t at) {
    return [at](const Values& arguments) -> Result<Value> { return fields_of(arguments[0])[at]; };
  };
  const auto constant = [](Value value) { return [value](const Values&) -> Result<Value> { return value; }; };
  return {member("path", {authorizer, string}, path, check_of<kPathCheckType>),
          member("group", {authorizer, string}, group, check_of<kGroupCheckType>),
          member("serviceAccount", {authorizer, string, string}, authorizer, for_service_account),
          member("resource", {group, string}, resource, resource_check),
          member("subresource", {resource, string}, resource, with<kSubResource>),
          member("namespace", {resource, string}, resource, with<kNamespace>),
          member("name", {resource, string}, resource, with<kName>),
          member("fieldSelector", {resource, string}, resource, as_before, selector_cost),
          member("labelSelector", {resource, string}, resource, as_before, selector_cost),
          member("check", {path, string}, outcome, check_path, check_cost),
          member("check", {resource, string}, outcome, check_resource, check_cost),
          member("allowed", {outcome}, Type{Kind::Bool}, field(kAllowed)),
          member("reason", {outcome}, string, field(kReason)),
          member("errored", {outcome}, Type{Kind::Bool}, constant(Value(false))),
          member("error", {outcome}, string, constant(Value::of("")))};
}

std::vector<cel::ObjectType> objects() {
  const Type string{Kind::String};
  const Type texts{Kind::List, {string}};
  const Type kind = object_type(kGroupVersionKindType);
  const Type resource = object_type(kGroupVersionResourceType);
  return {{kGroupVersionKindType, {{"group", string}, {"version", string}, {"kind", string}}},
          {kGroupVersionResourceType, {{"group", string}, {"version", string}, {"resource", string}}},
          {kUserInfoType,
           {{"username", string},
            {"uid", string},
            {"groups", texts},
            {"extra", Type{Kind::Map, {string, texts}}}}},
          {kRequestType,
           {{"kind", kind},
            {"resource", resource},
            {"subResource", string},
            {"requestKind", kind},
            {"requestResource", resource},
            {"requestSubResource", string},
            {"name", string},
            {"namespace", string},
            {"operation", string},
            {"userInfo", object_type(kUserInfoType)},
            {"dryRun", Type{Kind::Bool}},
            {"options", Type{Kind::Dyn}}}},
          {kAuthorizerType, {{"requestResource", object_type(kResourceCheckType)}}},
          {kPathCheckType, {}},
          {kGroupCheckType, {}},
          {kResourceCheckType, {}},
          {kDecisionType, {}}};
}

}  // namespace

cel::Environment make_condition_environment(AskRight ask) {
  cel::Environment environment;
  environment.objects = objects();
  environment.variables = {{"object", Type{Kind::Dyn}},
                           {"oldObject", Type{Kind::Dyn}},
                           {"request", object_type(kRequestType)},
                           {"namespaceObject", Type{Kind::Dyn}},
                           {"authorizer", object_type(kAuthorizerType)}};
  environment.functions = functions(ask);
  make_kubernetes(environment);
  return environment;
}

cel::Value authorizer_value(const AdmissionAsked& asked) {
  const Value user = Value::of(asked.user.username);
  const Value groups = Value::of(asked.user.groups.items());
  const kube::Resource& resource = asked.row.resource;
  const Value own = object(kResourceCheckType, {user, groups, Value::of(resource.group),
                                                Value::of(resource.plural), Value::of(asked.sub_resource),
                                                Value::of(asked.name_space()), Value::of(asked.name())});
  return object(kAuthorizerType, {own, user, groups});
}

}  // namespace cw::apiserver::webhooks
