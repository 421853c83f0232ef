// AdmissionReview v1 as the webhook reads it: parsed once, by simdjson; the objects stay elements of the
// parsed document, and what nobody asks for (managedFields) is never copied. Names simdjson: for few .cpp
// files.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "lib/base/result.h"
#include "lib/kube/admission_review.h"

namespace cw::kube {

struct GroupVersionKind {
  std::string group;
  std::string version;
  std::string kind;
  bool operator==(const GroupVersionKind&) const = default;
};

template <FieldsOf<GroupVersionKind> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("group", s.group);
  visit("version", s.version);
  visit("kind", s.kind);
}

struct GroupVersionResource {
  std::string group;
  std::string version;
  std::string resource;
  bool empty() const { return group.empty() && version.empty() && resource.empty(); }
  bool operator==(const GroupVersionResource&) const = default;
};

template <FieldsOf<GroupVersionResource> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("group", s.group);
  visit("version", s.version);
  visit("resource", s.resource);
}

struct AdmissionRequest {
  std::string uid;
  GroupVersionKind kind;
  GroupVersionResource resource;
  std::string sub_resource;
  std::string operation;
  UserInfo user_info;
  bool dry_run = false;
  // nullopt: absent or null. Valid as long as the ReviewParser is not used again.
  std::optional<simdjson::dom::element> object;
  std::optional<simdjson::dom::element> old_object;
};

// Of all members only those that something is decided by; the others are ignored, as in the field.
template <FieldsOf<AdmissionRequest> S, typename V>
void visit_fields(S& s, V&& visit) {
  visit("uid", s.uid);
  visit("kind", s.kind);
  visit("resource", s.resource);
  visit("subResource", s.sub_resource);
  visit("operation", s.operation);
  visit("userInfo", s.user_info);
  visit("dryRun", s.dry_run);
}

// Of several members of that name the last, as everything else reads them; nullopt: none, or no object.
std::optional<simdjson::dom::element> last_member(const simdjson::dom::element& object,
                                                  std::string_view name);

// Not thread-safe: one a call. Keeps its buffers for the next review.
class ReviewParser {
 public:
  // Invalid: not JSON, nested too deeply, no AdmissionReview v1, a member of the wrong type, no request.
  Result<AdmissionRequest> decode(std::string_view body);
  // Bytes of the last body, which the buffers have grown to.
  std::size_t capacity() const { return parser_.capacity(); }

 private:
  simdjson::dom::parser parser_;
};

// Hands parsers out and takes them back. A connection has a thread of its own, so a parser a thread would
// grow with the idle connections; this keeps a handful, and none that a large review has blown up.
// Thread-safe.
class ReviewParserPool {
 public:
  std::unique_ptr<ReviewParser> take();
  void give_back(std::unique_ptr<ReviewParser>);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<ReviewParser>> idle_;
};

}  // namespace cw::kube
