#include "apiserver/webhooks/patched_object.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/object_decode.h"
#include "lib/kube/json_patch.h"

namespace cw::apiserver::webhooks {
namespace {

int number_of(const Json& status, std::string_view name) {
  const Json* value = find_member(status, name);
  const bool fits = value != nullptr && value->is_number_integer() && *value >= 0 && *value < 1'000'000;
  return fits ? value->get<int>() : 0;
}

kube::StatusDetails details_of(const Json& given) {
  kube::StatusDetails details{.name = text_member(given, "name"),
                              .group = text_member(given, "group"),
                              .kind = text_member(given, "kind"),
                              .uid = text_member(given, "uid")};
  for (const Json& cause : array_member(given, "causes")) {
    details.causes.push_back(
        {text_member(cause, "reason"), text_member(cause, "message"), text_member(cause, "field")});
  }
  details.retry_after_seconds = number_of(given, "retryAfterSeconds");
  return details;
}

}  // namespace

Result<Json> patched_object(const ResourceRow& row, const TypeCatalog& types, const Json& object,
                            const Json& operations) {
  Result<Json> patched = kube::apply_json_patch(object, operations);
  if (!patched) return Error{Code::Invalid, "a webhook's patch does not apply: " + patched.error().message};
  Json decoded = TRY(decode_tree(row, types, std::move(patched).value())).object;
  copy_member(make_object(decoded, "metadata"), object_member(object, "metadata"), "managedFields");
  return decoded;
}

kube::StatusError refusal(std::string_view webhook, const Json& status) {
  constexpr int kLastStatus = 599;
  kube::StatusError error(kube::Reason::BadRequest,
                          "admission webhook " + kube::quoted(webhook) + " denied the request");
  const int code = number_of(status, "code");
  error.http = code >= 400 && code <= kLastStatus ? code : 400;
  error.reason = text_member(status, "reason");
  const std::string message = text_member(status, "message");
  if (!message.empty()) {
    error.message += ": " + message;
  } else if (!error.reason.empty()) {
    error.message += ": " + error.reason;
  } else {
    error.message += " without explanation";
  }
  if (const Json* details = find_member(status, "details"); details != nullptr && details->is_object()) {
    error.details = details_of(*details);
  }
  // Without details a conflict would read as one of the store, after which the write is tried anew.
  if (error.code() == Code::Conflict && !error.details) error.details.emplace();
  return error;
}

}  // namespace cw::apiserver::webhooks
