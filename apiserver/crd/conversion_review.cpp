#include "apiserver/crd/conversion_review.h"

#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "apiserver/webhooks/review_answer.h"
#include "apiserver/wire/go_words.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"
#include "lib/kube/names.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxAnnotations = 256UL << 10U;  // bytes, keys and values together
constexpr std::string_view kGroup = "apiextensions.k8s.io/";

Error wrong(std::string why) { return {Code::Invalid, std::move(why)}; }

std::string shown_kind(const Json& object) {
  return go_group_version_kind(text_member(object, "apiVersion"), text_member(object, "kind"));
}

// What a webhook of v1beta1 does not tell is not looked at.
Result<Json> objects_of(const Json& review, const ConversionAsked& asked) {
  const bool strict = asked.review_version == "v1";
  const bool is_review = text_member(review, "kind") == "ConversionReview" &&
                         text_member(review, "apiVersion") == std::string(kGroup) + "v1";
  if (strict && !is_review) {
    return wrong("expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got " +
                 shown_kind(review));
  }
  const Json* response = find_member(review, "response");
  if (response == nullptr || !response->is_object()) return wrong("no response provided");
  const std::string uid = text_member(*response, "uid");
  if (strict && uid != asked.uid) {
    return wrong("expected response.uid=" + kube::quoted(asked.uid) + ", got " + kube::quoted(uid));
  }
  const Json& result = object_member(*response, "result");
  const std::string status = text_member(result, "status");
  if (status != "Success") {
    const std::string message = text_member(result, "message");
    return wrong(message.empty() ? "response.result.status was '" + status + "', not 'Success'" : message);
  }
  return array_member(*response, "convertedObjects");
}

// Of labels or annotations: the member is there with strings alone, and can be stored.
Status check_texts(const Json& texts, const std::string& member, const Json& before) {
  if (!texts.is_object()) {
    return wrong("invalid metadata." + member + " of type " + texts.type_name() + " in converted object");
  }
  for (const auto& [key, value] : texts.items()) {
    if (value.is_string()) continue;
    return wrong("metadata." + member + "[" + key + "] must be a string, but is " + value.type_name() +
                 " in converted object");
  }
  if (texts == before) return Done{};
  const bool are_labels = member == "labels";
  const kube::FieldPath at = kube::FieldPath("metadata").child(are_labels ? "labels" : "annotation");
  kube::FieldErrors errors;
  const auto add = [&](const std::string& shown, const kube::Problems& problems) {
    for (const std::string& problem : problems) {
      errors.push_back(kube::invalid(at, kube::quoted(shown), problem));
    }
  };
  std::size_t total = 0;
  for (const auto& [key, value] : texts.items()) {
    const auto text = value.get<std::string>();
    add(key, kube::qualified_name_problems(are_labels ? key : lower_case(key)));
    if (are_labels) add(text, kube::label_value_problems(text));
    total += key.size() + text.size();
  }
  if (!are_labels && total > kMaxAnnotations) errors.push_back(kube::too_long(at, kMaxAnnotations));
  return errors.empty() ? Status(Done{}) : Status(wrong(kube::message(errors)));
}

// A webhook changes no other metadata than these two.
Result<Json> metadata_of(const Json& converted, const Json& original) {
  const Json* answered = find_member(converted, "metadata");
  if (answered == nullptr) return wrong("missing metadata in converted object");
  if (!answered->is_object()) {
    return wrong(std::string("invalid metadata of type ") + answered->type_name() + " in converted object");
  }
  Json metadata = object_member(original, "metadata");
  for (const std::string member : {"labels", "annotations"}) {
    const Json* texts = find_member(*answered, member);
    if (texts == nullptr || texts->is_null()) {
      metadata.erase(member);
      continue;
    }
    TRY(check_texts(*texts, member, object_member(metadata, member)));
    metadata[member] = *texts;
  }
  return metadata;
}

Status check_same(const Json& converted, const Json& original) {
  constexpr std::array<std::array<const char*, 2>, 3> kMembers{
      {{"name", "name"}, {"namespace", "namespace"}, {"uid", "UID"}}};
  for (const auto& [member, shown] : kMembers) {
    const std::string before = metadata_text(original, member);
    const std::string after = metadata_text(converted, member);
    if (before == after) continue;
    return wrong(std::string("must have the same ") + shown + ": " + before + " != " + after);
  }
  return Done{};
}

Result<Json> checked(Json converted, const Json& original, const ConversionAsked& asked) {
  const std::string prefix = conversion_of(original) + " returned invalid ";
  if (!converted.is_object() || text_member(converted, "kind").empty()) {
    return wrong("Object 'Kind' is missing in '" + dumped(converted) + "'");
  }
  const std::string version = text_member(converted, "apiVersion");
  if (version != asked.desired_api_version) {
    return wrong(prefix + "object at index 0: invalid groupVersion (expected " + asked.desired_api_version +
                 ", received " + version + ")");
  }
  const std::string kind = text_member(converted, "kind");
  const std::string wanted = text_member(original, "kind");
  if (kind != wanted) {
    return wrong(prefix + "object at index 0: invalid kind (expected " + wanted + ", received " + kind + ")");
  }
  if (const Status same = check_same(converted, original); !same) {
    return wrong(prefix + "object: " + same.error().message);
  }
  Result<Json> metadata = metadata_of(converted, original);
  if (!metadata) return wrong(prefix + "metadata: " + metadata.error().message);
  converted["metadata"] = std::move(metadata).value();
  return converted;
}

}  // namespace

std::string conversion_of(const Json& original) { return "conversion webhook for " + shown_kind(original); }

std::string conversion_review(std::span<const Json> objects, const ConversionAsked& asked) {
  Json list = Json::array();
  for (const Json& object : objects) {
    list.push_back(object);
    if (object.contains("metadata")) list.back()["metadata"].erase("resourceVersion");
  }
  return dumped(
             {{"kind", "ConversionReview"},
              {"apiVersion", std::string(kGroup) + asked.review_version},
              {"request",
               {{"uid", asked.uid},
                {"desiredAPIVersion", asked.desired_api_version},
                {"objects", std::move(list)}}},
              {"response",
               {{"uid", ""}, {"convertedObjects", nullptr}, {"result", {{"metadata", Json::object()}}}}}}) +
         "\n";
}

Result<std::vector<Json>> read_converted(const webhooks::CallAnswer& answer, const ConversionAsked& asked,
                                         std::span<const Json> originals) {
  const std::string prefix = conversion_of(originals.front());
  const Result<Json> review = webhooks::answered_object(answer);
  if (!review) return wrong(prefix + " failed: " + review.error().message);
  Result<Json> objects = objects_of(*review, asked);
  if (!objects) return wrong(prefix + " failed: " + objects.error().message);
  if (objects->size() != originals.size()) {
    return wrong(prefix + " returned " + std::to_string(objects->size()) + " objects, expected " +
                 std::to_string(originals.size()));
  }
  std::vector<Json> converted;
  converted.reserve(originals.size());
  for (std::size_t i = 0; i < originals.size(); ++i) {
    converted.push_back(TRY(checked(std::move((*objects)[i]), originals[i], asked)));
  }
  return converted;
}

}  // namespace cw::apiserver
