#include "lib/kube/admission_review.h"

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/kube/decode.h"
#include "lib/kube/encode.h"
#include "lib/kube/json_text.h"

namespace cw::kube {
namespace {

constexpr std::string_view kApiVersion = "admission.k8s.io/v1";
constexpr std::string_view kKind = "AdmissionReview";
constexpr std::string_view kJsonPatch = "JSONPatch";

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  append_json_string(out, value);
}

void append_raw_member(std::string& out, std::string_view name, std::string_view json) {
  out.append(",\"").append(name).append("\":").append(json);
}

// {"group":…,"version":…,"<last>":…}
std::string group_version(const Resource& resource, std::string_view last, std::string_view value) {
  std::string out = "{\"group\":";
  append_json_string(out, resource.group);
  append_member(out, "version", resource.version);
  append_member(out, last, value);
  return out + "}";
}

std::string dump(const Json* json) {
  return json == nullptr ? "null" : json->dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string options_of(std::string_view operation) {
  std::string_view kind = "CreateOptions";
  if (operation == "UPDATE") kind = "UpdateOptions";
  if (operation == "DELETE") kind = "DeleteOptions";
  std::string out = R"({"apiVersion":"meta.k8s.io/v1")";
  append_member(out, "kind", kind);
  return out + "}";
}

void append_audit_annotations(std::string& out, const std::map<std::string, std::string>& annotations) {
  out += ",\"auditAnnotations\":{";
  const char* separator = "";
  for (const auto& [key, value] : annotations) {
    out += separator;
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
    separator = ",";
  }
  out += '}';
}

std::string start_review(std::string_view version = "v1") {
  std::string out = "{\"kind\":\"";
  out.append(kKind).append("\",\"apiVersion\":\"admission.k8s.io/").append(version).append("\"");
  return out;
}

// response.status
struct AnswerStatus {
  std::int32_t code = 0;
  std::string reason;
  std::string message;
};

template <FieldsOf<AnswerStatus> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("code", s.code);
  visit("reason", s.reason);
  visit("message", s.message);
}

struct Answer {
  std::string uid;
  bool allowed = false;
  AnswerStatus status;
  Bytes patch;
  std::string patch_type;
  List<std::string> warnings;
  Map audit_annotations;
};

template <FieldsOf<Answer> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("uid", s.uid);
  visit("allowed", s.allowed);
  visit("status", s.status);
  visit("patch", s.patch);
  visit("patchType", s.patch_type);
  visit("warnings", s.warnings);
  visit("auditAnnotations", s.audit_annotations);
}

struct AnswerReview {
  std::string api_version;
  std::string kind;
  std::optional<Answer> response;
};

template <FieldsOf<AnswerReview> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("apiVersion", s.api_version);
  visit("kind", s.kind);
  visit("response", s.response);
}

}  // namespace

std::string encode_review(const AdmissionQuestion& question) {
  const Resource& asked =
      question.request_resource != nullptr ? *question.request_resource : question.resource;
  const Resource& own_kind = question.object_kind != nullptr ? *question.object_kind : question.resource;
  const Resource& asked_kind = question.object_kind != nullptr ? *question.object_kind : asked;
  std::string out = start_review(question.version);
  out += ",\"request\":{\"uid\":";
  append_json_string(out, question.uid);
  append_raw_member(out, "kind", group_version(own_kind, "kind", own_kind.kind));
  append_raw_member(out, "resource", group_version(question.resource, "resource", question.resource.plural));
  if (!question.sub_resource.empty()) append_member(out, "subResource", question.sub_resource);
  append_raw_member(out, "requestKind", group_version(asked_kind, "kind", asked_kind.kind));
  append_raw_member(out, "requestResource", group_version(asked, "resource", asked.plural));
  if (!question.sub_resource.empty()) append_member(out, "requestSubResource", question.sub_resource);
  if (!question.key.name.empty()) append_member(out, "name", question.key.name);
  if (!question.key.name_space.empty()) append_member(out, "namespace", question.key.name_space);
  append_member(out, "operation", question.operation);
  const Json user = question.user == nullptr ? Json::object() : to_json(*question.user);
  append_raw_member(out, "userInfo", dump(&user));
  append_raw_member(out, "object", dump(question.object));
  append_raw_member(out, "oldObject", dump(question.old_object));
  append_raw_member(out, "dryRun", question.dry_run ? "true" : "false");
  append_raw_member(
      out, "options",
      question.options.empty() ? options_of(question.operation) : std::string(question.options));
  return out + "}}";
}

std::string encode_answer(std::string_view uid, const AdmissionAnswer& answer) {
  std::string out = start_review();
  out.reserve(256 + answer.message.size() + answer.patch.size() * 2);
  out += ",\"response\":{\"uid\":";
  append_json_string(out, uid);
  append_raw_member(out, "allowed", answer.allowed ? "true" : "false");
  out += ",\"status\":{\"metadata\":{}";
  if (!answer.message.empty()) append_member(out, "message", answer.message);
  if (!answer.reason.empty()) append_member(out, "reason", answer.reason);
  append_raw_member(out, "code", std::to_string(answer.code));
  out += '}';
  if (!answer.patch.empty()) {
    append_member(out, "patch", encode_base64(answer.patch));
    append_member(out, "patchType", kJsonPatch);
  }
  if (!answer.warnings.empty()) {
    out += ",\"warnings\":";
    append_json_strings(out, answer.warnings);
  }
  if (!answer.audit_annotations.empty()) append_audit_annotations(out, answer.audit_annotations);
  return out + "}}\n";
}

Result<AdmissionAnswer> decode_answer(std::string_view review_json, std::string_view uid) {
  const Json json = TRY(parse_json(review_json));
  AnswerReview review = TRY(decode<AnswerReview>(json));
  if (review.api_version != kApiVersion || review.kind != kKind || !review.response) {
    return Error{Code::Invalid, "the answer is no AdmissionReview v1 with a response"};
  }
  Answer& answer = *review.response;
  if (answer.uid != uid) return Error{Code::Invalid, "the answer is to another request: its uid differs"};
  if (answer.patch.present() && answer.patch_type != kJsonPatch) {
    return Error{Code::Invalid, "the answer's patchType is not JSONPatch"};
  }
  return AdmissionAnswer{answer.allowed,
                         answer.status.code,
                         std::move(answer.status.reason),
                         std::move(answer.status.message),
                         answer.warnings.items(),
                         answer.patch.text(),
                         {answer.audit_annotations.begin(), answer.audit_annotations.end()}};
}

}  // namespace cw::kube
