#include "lib/kube/status.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"
#include "lib/kube/json_access.h"

namespace cw::kube {
namespace {

constexpr std::size_t kMaxShownBody = 500;  // bytes of an answer that is no Status

constexpr std::array kReasons{Reason::BadRequest,
                              Reason::Unauthorized,
                              Reason::Forbidden,
                              Reason::NotFound,
                              Reason::MethodNotAllowed,
                              Reason::NotAcceptable,
                              Reason::AlreadyExists,
                              Reason::Conflict,
                              Reason::Gone,
                              Reason::Expired,
                              Reason::RequestEntityTooLarge,
                              Reason::UnsupportedMediaType,
                              Reason::Invalid,
                              Reason::TooManyRequests,
                              Reason::InternalError,
                              Reason::ServiceUnavailable,
                              Reason::Timeout};

Code code_of(int http, std::string_view reason) {
  for (const Reason known : kReasons) {
    if (facts_of(known).text == reason) return facts_of(known).code;
  }
  if (http == 409) return Code::Conflict;  // AlreadyExists only by its name
  for (const Reason known : kReasons) {
    if (facts_of(known).http == http) return facts_of(known).code;
  }
  if (http == 502) return Code::Unavailable;
  return http >= 400 && http < 500 ? Code::Invalid : Code::Internal;
}

std::string_view cause_reason(FieldErrorKind kind) {
  switch (kind) {
    case FieldErrorKind::Required:
      return "FieldValueRequired";
    case FieldErrorKind::NotSupported:
      return "FieldValueNotSupported";
    case FieldErrorKind::Forbidden:
      return "FieldValueForbidden";
    case FieldErrorKind::Duplicate:
      return "FieldValueDuplicate";
    case FieldErrorKind::NotFound:
      return "FieldValueNotFound";
    case FieldErrorKind::TooLong:
      return "FieldValueTooLong";
    case FieldErrorKind::TypeInvalid:
      return "FieldValueTypeInvalid";
    case FieldErrorKind::TooMany:
      return "FieldValueTooMany";
    case FieldErrorKind::Invalid:
      break;
  }
  return "FieldValueInvalid";
}

StatusDetails details_of(const Resource& resource, std::string_view name) {
  return {
      .name = std::string(name), .group = std::string(resource.group), .kind = std::string(resource.plural)};
}

StatusError with_details(Reason reason, std::string message, StatusDetails details) {
  StatusError error(reason, std::move(message));
  error.details = std::move(details);
  return error;
}

std::string named(const Resource& resource, std::string_view name) {
  return group_resource(resource) + " " + quoted(name);
}

void set_if(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

Json to_json(const StatusDetails& details) {
  Json json = Json::object();
  set_if(json, "name", details.name);
  set_if(json, "group", details.group);
  set_if(json, "kind", details.kind);
  set_if(json, "uid", details.uid);
  for (const StatusCause& cause : details.causes) {
    Json entry = Json::object();
    set_if(entry, "reason", cause.reason);
    set_if(entry, "message", cause.message);
    set_if(entry, "field", cause.field);
    json["causes"].push_back(std::move(entry));
  }
  if (details.retry_after_seconds > 0) json["retryAfterSeconds"] = details.retry_after_seconds;
  return json;
}

Json status_base(std::string_view outcome) {
  return {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", outcome}};
}

std::string_view generic_message(Reason reason) {
  switch (reason) {
    case Reason::NotFound:
      return "the server could not find the requested resource";
    case Reason::MethodNotAllowed:
      return "the server does not allow this method on the requested resource";
    case Reason::Invalid:
      return "the server rejected our request due to an error in our request";
    case Reason::TooManyRequests:
      return "the server has received too many requests and has asked us to try again later";
    default:
      return facts_of(reason).text;
  }
}

}  // namespace

ReasonFacts facts_of(Reason reason) {
  switch (reason) {
    case Reason::BadRequest:
      return {"BadRequest", 400, Code::Invalid};
    case Reason::Unauthorized:
      return {"Unauthorized", 401, Code::Forbidden};
    case Reason::Forbidden:
      return {"Forbidden", 403, Code::Forbidden};
    case Reason::NotFound:
      return {"NotFound", 404, Code::NotFound};
    case Reason::MethodNotAllowed:
      return {"MethodNotAllowed", 405, Code::Invalid};
    case Reason::NotAcceptable:
      return {"NotAcceptable", 406, Code::Invalid};
    case Reason::AlreadyExists:
      return {"AlreadyExists", 409, Code::AlreadyExists};
    case Reason::Conflict:
      return {"Conflict", 409, Code::Conflict};
    case Reason::Gone:
      return {"Gone", 410, Code::Gone};
    case Reason::Expired:
      return {"Expired", 410, Code::Gone};
    case Reason::RequestEntityTooLarge:
      return {"RequestEntityTooLarge", 413, Code::Invalid};
    case Reason::UnsupportedMediaType:
      return {"UnsupportedMediaType", 415, Code::Invalid};
    case Reason::Invalid:
      return {"Invalid", 422, Code::Invalid};
    case Reason::TooManyRequests:
      return {"TooManyRequests", 429, Code::Unavailable};
    case Reason::InternalError:
      return {"InternalError", 500, Code::Internal};
    case Reason::ServiceUnavailable:
      return {"ServiceUnavailable", 503, Code::Unavailable};
    case Reason::Timeout:
      return {"Timeout", 504, Code::Unavailable};
    case Reason::None:
      break;
  }
  return {"", 500, Code::Internal};
}

Reason reason_of(Code code) {
  // These share a code with others; for every other code the first reason of it is the one.
  if (code == Code::Invalid) return Reason::Invalid;
  if (code == Code::Forbidden) return Reason::Forbidden;
  if (code == Code::Gone) return Reason::Expired;
  if (code == Code::Unavailable) return Reason::ServiceUnavailable;
  for (const Reason known : kReasons) {
    if (facts_of(known).code == code) return known;
  }
  return Reason::InternalError;
}

StatusError::StatusError(Reason why, std::string message_text)
    : http(facts_of(why).http), reason(facts_of(why).text), message(std::move(message_text)) {}

StatusError::StatusError(Error error) : StatusError(reason_of(error.code), std::move(error.message)) {}

Code StatusError::code() const { return code_of(http, reason); }

StatusError not_found(const Resource& resource, std::string_view name) {
  return with_details(Reason::NotFound, named(resource, name) + " not found", details_of(resource, name));
}

StatusError already_exists(const Resource& resource, std::string_view name) {
  return with_details(Reason::AlreadyExists, named(resource, name) + " already exists",
                      details_of(resource, name));
}

StatusError conflict(const Resource& resource, std::string_view name, std::string_view why) {
  return with_details(Reason::Conflict,
                      "Operation cannot be fulfilled on " + named(resource, name) + ": " + std::string(why),
                      details_of(resource, name));
}

StatusError forbidden(const Resource& resource, std::string_view name, std::string_view why) {
  const std::string what = name.empty() ? group_resource(resource) : named(resource, name);
  return with_details(Reason::Forbidden, what + " is forbidden: " + std::string(why),
                      details_of(resource, name));
}

StatusError forbidden_path(std::string_view why) {
  return with_details(Reason::Forbidden, "forbidden: " + std::string(why), {});
}

StatusError invalid(std::string_view kind, std::string_view group, std::string_view name,
                    const FieldErrors& errors) {
  std::string what(kind);
  if (!group.empty()) what.append(".").append(group);
  what.append(" ").append(quoted(name)).append(" is invalid");
  const std::string why = kube::message(errors);
  if (!why.empty()) what.append(": ").append(why);
  return with_details(Reason::Invalid, std::move(what),
                      {.name = std::string(name),
                       .group = std::string(group),
                       .kind = std::string(kind),
                       .causes = causes_of(errors)});
}

StatusError bad_request(std::string message) { return {Reason::BadRequest, std::move(message)}; }

StatusError internal_error(std::string message) {
  StatusError error(Reason::InternalError, "Internal error occurred: " + message);
  error.details = StatusDetails{.causes = {{.reason = {}, .message = std::move(message), .field = {}}}};
  return error;
}

StatusError generic(Reason reason) { return with_details(reason, std::string(generic_message(reason)), {}); }

std::vector<StatusCause> causes_of(const FieldErrors& errors) {
  std::vector<StatusCause> causes;
  causes.reserve(errors.size());
  for (const FieldError& error : errors) {
    std::string text = kube::message(error);
    const std::string prefix = error.field + ": ";
    if (!error.field.empty() && text.rfind(prefix, 0) == 0) text.erase(0, prefix.size());
    causes.push_back({std::string(cause_reason(error.kind)), std::move(text), error.field});
  }
  return causes;
}

Json to_json(const StatusError& error) {
  Json json = status_base("Failure");
  set_if(json, "message", error.message);
  set_if(json, "reason", error.reason);
  if (error.details) json["details"] = to_json(*error.details);
  json["code"] = error.http;
  return json;
}

std::string to_text(const StatusError& error) {
  return to_json(error).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json success(const StatusDetails& details) {
  Json json = status_base("Success");
  json["details"] = to_json(details);
  return json;
}

Error error_of_answer(int http, std::string_view body) {
  const Result<Json> parsed = parse_json(body);
  if (parsed && parsed->is_object() && text_member(*parsed, "kind") == "Status") {
    return {code_of(http, text_member(*parsed, "reason")), text_member(*parsed, "message")};
  }
  return {code_of(http, {}),
          "HTTP status " + std::to_string(http) + ": " + std::string(body.substr(0, kMaxShownBody))};
}

}  // namespace cw::kube
