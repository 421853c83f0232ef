#include "apiserver/webhooks/review_answer.h"

#include "apiserver/go_json_error.h"
#include "apiserver/json_access.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/encoding.h"
#include "lib/kube/status.h"

namespace cw::apiserver::webhooks {
namespace {

Error no_call(const std::string& why) { return {Code::Invalid, "failed to call webhook: " + why}; }
Error bad_answer(const std::string& why) {
  return {Code::Invalid, "received invalid webhook response: " + why};
}

// As Go's client tells an answer that is no success.
std::string shown_failure(const CallAnswer& answer) {
  constexpr std::size_t kMostShown = 2048;
  using kube::Reason;
  for (const Reason reason :
       {Reason::Unauthorized, Reason::Forbidden, Reason::NotFound, Reason::MethodNotAllowed,
        Reason::NotAcceptable, Reason::UnsupportedMediaType, Reason::TooManyRequests}) {
    if (kube::facts_of(reason).http == answer.status) return kube::generic(reason).message;
  }
  const bool is_text = answer.content_type.starts_with("text/");
  const std::string body = is_text ? answer.body.substr(0, kMostShown) : std::string("unknown");
  return "an error on the server (" + kube::quoted(is_valid_utf8(body) ? body : "unknown") +
         ") has prevented the request from succeeding";
}

Result<Json> parse_review(const CallAnswer& answer) {
  Result<Json> review = answered_object(answer);
  return review ? std::move(review) : Result<Json>(no_call(review.error().message));
}

// Of another kind: it was not decoded at all. Without a kind: decoded as what was expected.
Status check_kind(const Json& review, const ReviewAsked& asked) {
  const std::string version = text_member(review, "apiVersion");
  const std::string kind = text_member(review, "kind");
  const std::string wanted = "admission.k8s.io/" + std::string(asked.version);
  if (version == wanted && kind == "AdmissionReview") return Done{};
  if (version.empty() && kind.empty() && asked.version == "v1beta1") return Done{};
  const bool is_nothing = version.empty() || kind.empty();
  if (is_nothing) {
    return bad_answer("expected webhook response of " + go_group_version_kind(wanted, "AdmissionReview") +
                      ", got " + go_group_version_kind(version, kind));
  }
  return no_call("the answer is of kind " + kube::quoted(kind) + " of version " + kube::quoted(version) +
                 ", not an AdmissionReview of " + kube::quoted(wanted));
}

bool is_text_map(const Json& value) {
  for (const Json& item : value) {
    if (!item.is_string()) return false;
  }
  return true;
}

// Members of the types that they must have.
Status check_types(const Json& response) {
  const auto is = [&](const char* name, bool (*fits)(const Json&)) {
    const Json* value = find_member(response, name);
    return value == nullptr || value->is_null() || fits(*value);
  };
  const auto text = [](const Json& value) { return value.is_string(); };
  const bool good =
      is("uid", text) && is("allowed", [](const Json& value) { return value.is_boolean(); }) &&
      is("patch", text) && is("patchType", text) &&
      is("status", [](const Json& value) { return value.is_object(); }) &&
      is("warnings", [](const Json& value) { return value.is_array() && is_text_map(value); }) &&
      is("auditAnnotations", [](const Json& value) { return value.is_object() && is_text_map(value); });
  if (good) return Done{};
  return no_call("a member of the response has a wrong type");
}

bool is_given(const Json& object, const char* name) {
  const Json* value = find_member(object, name);
  return value != nullptr && !value->is_null();
}

// As Go names the types of JSON.
std::string go_type_of(const Json& value) {
  if (value.is_boolean()) return "bool";
  return value.type_name();
}

Result<Json> read_patch(const Json& response, const ReviewAsked& asked) {
  const std::string patch = text_member(response, "patch");
  const bool has_type = is_given(response, "patchType");
  const std::string type = text_member(response, "patchType");
  if (asked.kind == WebhookKind::Validating) {
    if (asked.version != "v1") return Json(nullptr);
    if (!patch.empty()) return bad_answer("validating webhook may not return response.patch");
    if (has_type) return bad_answer("validating webhook may not return response.patchType");
    return Json(nullptr);
  }
  if (asked.version == "v1") {
    if (!patch.empty() && !has_type) {
      return bad_answer("webhook returned response.patch but not response.patchType");
    }
    if (patch.empty() && has_type) {
      return bad_answer("webhook returned response.patchType but not response.patch");
    }
    if (has_type && type.empty()) {
      return bad_answer("webhook returned invalid response.patchType of \"\"");
    }
    if (has_type && type != "JSONPatch") {
      return Error{Code::Invalid, "unsupported patch type " + kube::quoted(type)};
    }
  }
  if (patch.empty()) return Json(nullptr);
  const auto bytes = decode_base64(patch);
  if (!bytes) return no_call("the response's patch is not base64");
  Result<Json> operations = kube::parse_json(*bytes);
  const bool is_patch = operations && (operations->is_array() || operations->is_null());
  if (is_patch) return operations;
  return Error{Code::Invalid, "received undecodable patch in webhook response: " +
                                  (operations ? "json: cannot unmarshal " + go_type_of(*operations) +
                                                    " into Go value of type jsonpatch.Patch"
                                              : operations.error().message)};
}

}  // namespace

Result<Json> answered_object(const CallAnswer& answer) {
  const auto wrong = [](std::string why) { return Error{Code::Invalid, std::move(why)}; };
  if (answer.status < 200 || answer.status > 299) return wrong(shown_failure(answer));
  if (const auto error = go_json_error(answer.body)) {
    return wrong("couldn't get version/kind; json parse error: " + *error);
  }
  Result<Json> object = kube::parse_json(answer.body);
  if (!object) return wrong(object.error().message);
  if (!object->is_object()) return wrong("couldn't get version/kind; json parse error: it is no object");
  return object;
}

Result<ReviewAnswer> read_answer(const CallAnswer& answer, const ReviewAsked& asked) {
  const Json review = TRY(parse_review(answer));
  const bool strict = asked.version == "v1";
  const Json* response = find_member(review, "response");
  if (response == nullptr || !response->is_object()) {
    TRY(check_kind(review, asked));
    return bad_answer("webhook response was absent");
  }
  TRY(check_types(*response));
  const std::string uid = text_member(*response, "uid");
  if (strict && uid != asked.uid) {
    return bad_answer("expected response.uid=" + kube::quoted(asked.uid) + ", got " + kube::quoted(uid));
  }
  TRY(check_kind(review, asked));
  ReviewAnswer read{.allowed = true_member(*response, "allowed")};
  if (is_given(*response, "status")) read.status = response->at("status");
  read.operations = TRY(read_patch(*response, asked));
  for (const Json& warning : array_member(*response, "warnings")) {
    read.warnings.push_back(warning.get<std::string>());
  }
  for (const auto& [key, value] : object_member(*response, "auditAnnotations").items()) {
    read.audit_annotations.emplace(key, value.get<std::string>());
  }
  return read;
}

}  // namespace cw::apiserver::webhooks
