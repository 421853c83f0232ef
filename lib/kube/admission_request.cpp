#include "lib/kube/admission_request.h"

#include "lib/kube/decode.h"

namespace cw::kube {
namespace {

constexpr std::string_view kApiVersion = "admission.k8s.io/v1";
constexpr std::string_view kKind = "AdmissionReview";
// The review's own members lie around the object.
constexpr std::size_t kMaxDepth = kMaxJsonDepth + 8;
constexpr std::size_t kMaxIdleParsers = 8;
constexpr std::size_t kMaxKeptCapacity = 64UL << 10U;

// Absent and null are the same.
std::optional<simdjson::dom::element> find_member(const simdjson::dom::element& object,
                                                  std::string_view name) {
  const auto found = last_member(object, name);
  return found && !found->is_null() ? found : std::nullopt;
}

Error not_a_review(std::string_view why) {
  return {Code::Invalid, "the body is no AdmissionReview of admission.k8s.io/v1: " + std::string(why)};
}

}  // namespace

std::optional<simdjson::dom::element> last_member(const simdjson::dom::element& object,
                                                  std::string_view name) {
  std::optional<simdjson::dom::element> found;
  if (!object.is_object()) return found;
  const simdjson::dom::object members = object.get_object().value_unsafe();  // named: outlives the loop
  for (const simdjson::dom::key_value_pair member : members) {
    if (member.key == name) found = member.value;
  }
  return found;
}

Result<AdmissionRequest> ReviewParser::decode(std::string_view body) {
  if (body.empty()) return not_a_review("it is empty");
  if (parser_.max_depth() != kMaxDepth && parser_.allocate(body.size(), kMaxDepth) != simdjson::SUCCESS) {
    return Error{Code::Internal, "out of memory"};
  }
  simdjson::dom::element root;
  if (const auto failure = parser_.parse(body.data(), body.size()).get(root); failure != simdjson::SUCCESS) {
    return not_a_review(simdjson::error_message(failure));
  }
  if (!root.is_object()) return not_a_review("it is not a JSON object");
  const TypeMeta type = TRY(kube::decode<TypeMeta>(root));
  if (type.api_version != kApiVersion || type.kind != kKind) {
    return not_a_review("its apiVersion and kind are others");
  }
  const auto request = find_member(root, "request");
  if (!request || !request->is_object()) return not_a_review("it has no request");
  AdmissionRequest decoded = TRY(kube::decode<AdmissionRequest>(*request));
  decoded.object = find_member(*request, "object");
  decoded.old_object = find_member(*request, "oldObject");
  return decoded;
}

std::unique_ptr<ReviewParser> ReviewParserPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<ReviewParser> parser = std::move(idle_.back());
      idle_.pop_back();
      return parser;
    }
  }
  return std::make_unique<ReviewParser>();
}

void ReviewParserPool::give_back(std::unique_ptr<ReviewParser> parser) {
  if (parser->capacity() > kMaxKeptCapacity) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdleParsers) idle_.push_back(std::move(parser));
}

}  // namespace cw::kube
