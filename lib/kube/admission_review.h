// AdmissionReview v1 (admission.k8s.io/v1): the question that an API server puts to a webhook, as the asker
// writes it, and the answer, written by the webhook and read by the asker. The webhook's side of the question
// is admission_request.h. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/fields.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"

namespace cw::kube {

// authentication.k8s.io/v1 UserInfo: who wants something.
struct UserInfo {
  std::string username;
  std::string uid;
  List<std::string> groups;
  MapOf<List<std::string>> extra;
  bool operator==(const UserInfo&) const = default;
};

template <FieldsOf<UserInfo> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("username", s.username);
  visit("uid", s.uid);
  visit("groups", s.groups);
  visit("extra", s.extra);
}

struct AdmissionQuestion {
  std::string_view uid;
  Resource resource;
  std::string_view sub_resource;  // "status", or empty
  ObjectKey key;
  std::string_view operation;  // "CREATE", "UPDATE", "DELETE"
  const UserInfo* user = nullptr;
  const Json* object = nullptr;      // nullptr is null
  const Json* old_object = nullptr;  // nullptr is null
  bool dry_run = false;
  // What the client asked for, where `resource` is an equivalent of it.
  const Resource* request_resource = nullptr;
  // Of what kind the objects are, if not of the resource's.
  const Resource* object_kind = nullptr;
  std::string_view options = {};  // JSON; empty: those of the operation, with nothing set
  std::string_view version = "v1";
};

// The whole review as JSON text.
std::string encode_review(const AdmissionQuestion&);

struct AdmissionAnswer {
  bool allowed = false;
  int code = 200;  // HTTP status inside the answer
  std::string reason = {};
  std::string message = {};  // why it is refused; empty if it is not
  std::vector<std::string> warnings = {};
  std::string patch = {};  // RFC 6902 operations, a JSON array; empty: none
  // For the API server's audit log, which puts the webhook's name before each key.
  std::map<std::string, std::string> audit_annotations = {};
  bool operator==(const AdmissionAnswer&) const = default;
};

// The whole review as JSON text, ending in a newline.
std::string encode_answer(std::string_view uid, const AdmissionAnswer&);
// Invalid if it is no AdmissionReview v1 with a response to that uid.
Result<AdmissionAnswer> decode_answer(std::string_view review_json, std::string_view uid);

}  // namespace cw::kube
