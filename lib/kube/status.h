// Status: how the Kubernetes API says that a request failed (or that a delete succeeded). Owns the one
// mapping of cw::Code to HTTP status and Kubernetes reason. StatusError is an error that still knows all that
// a client may be told; an Error turns into one. Pure functions; wording as k8s.io/apimachinery api/errors
// gives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/kube/field_error.h"
#include "lib/kube/resource.h"

namespace cw::kube {

using Json = nlohmann::json;

enum class Reason : std::uint8_t {
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  NotAcceptable,
  AlreadyExists,
  Conflict,
  Gone,
  Expired,
  RequestEntityTooLarge,
  UnsupportedMediaType,
  Invalid,
  TooManyRequests,
  InternalError,
  ServiceUnavailable,
  Timeout,
  None,  // a 500 that states no reason
};

struct ReasonFacts {
  std::string_view text;  // "AlreadyExists"
  int http = 0;
  Code code = Code::Internal;
};
ReasonFacts facts_of(Reason);
// The reason that stands for a code: Invalid → Invalid (422), Unavailable → ServiceUnavailable …
Reason reason_of(Code);

struct StatusCause {
  std::string reason;  // "FieldValueInvalid"
  std::string message;
  std::string field;
  bool operator==(const StatusCause&) const = default;
};

struct StatusDetails {
  std::string name = {};
  std::string group = {};
  std::string kind = {};  // mostly the plural of the resource
  std::string uid = {};
  std::vector<StatusCause> causes = {};
  int retry_after_seconds = 0;
  bool operator==(const StatusDetails&) const = default;
};

struct StatusError {
  int http = 500;
  std::string reason;
  std::string message;
  std::optional<StatusDetails> details;

  StatusError(Reason, std::string message_text);
  StatusError(Error);  // NOLINT(google-explicit-constructor): TRY passes errors of lower layers on
  Code code() const;
  Error error() const { return {code(), message}; }
  bool operator==(const StatusError&) const = default;
};

// What an API operation gives: a value, or a refusal that can be shown as a Status.
template <typename T>
using Outcome = Result<T, StatusError>;

// "certificates.cert-manager.io \"web\" not found"
StatusError not_found(const Resource&, std::string_view name);
StatusError already_exists(const Resource&, std::string_view name);
// "Operation cannot be fulfilled on … : why"; details name the resource.
StatusError conflict(const Resource&, std::string_view name, std::string_view why);
// "… is forbidden: why"; an empty name leaves the name out.
StatusError forbidden(const Resource&, std::string_view name, std::string_view why);
// A path that is no resource: "forbidden: why".
StatusError forbidden_path(std::string_view why);
// 422: "Kind.group \"name\" is invalid: …" with a cause an error.
StatusError invalid(std::string_view kind, std::string_view group, std::string_view name, const FieldErrors&);
StatusError bad_request(std::string message);
StatusError internal_error(std::string message);
// Known to the client's own library by number alone: details is there and empty, the message is the generic
// one of that reason ("the server could not find the requested resource").
StatusError generic(Reason);

std::vector<StatusCause> causes_of(const FieldErrors&);

Json to_json(const StatusError&);
std::string to_text(const StatusError&);
// {"status":"Success"} with details of what was removed.
Json success(const StatusDetails&);

// The other way: what an answer of that HTTP status means. The body may be a Status or anything else.
Error error_of_answer(int http, std::string_view body);

}  // namespace cw::kube
