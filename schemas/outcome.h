// Outcome: what the validation of one value against one schema found. Keeps kube-openapi's match count, by
// which anyOf and oneOf choose the branch whose failures they show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/field_error.h"

namespace cw::schemas {

// The rule ids of schema failures, for FieldError::rule.
namespace rule_id {
inline constexpr std::string_view kType = "schema.type";
inline constexpr std::string_view kRequired = "schema.required";
inline constexpr std::string_view kEnum = "schema.enum";
inline constexpr std::string_view kFormat = "schema.format";
inline constexpr std::string_view kPattern = "schema.pattern";
inline constexpr std::string_view kLength = "schema.length";
inline constexpr std::string_view kRange = "schema.range";
inline constexpr std::string_view kCount = "schema.count";
inline constexpr std::string_view kJunctor = "schema.junctor";
inline constexpr std::string_view kDuplicateKey = "schema.duplicate-key";
inline constexpr std::string_view kRule = "schema.rule";
inline constexpr std::string_view kResource = "schema.resource";
inline constexpr std::string_view kUnknownField = "schema.unknown-field";
inline constexpr std::string_view kJsonSchema = "schema.json-schema";
inline constexpr std::string_view kMalformed = "schema.malformed";
}  // namespace rule_id

// How kube-apiserver names the place of an error that is about no field.
inline constexpr std::string_view kNoField = "<nil>";

class Outcome {
 public:
  // Beyond this failures are counted but not kept: a hostile object must not cost an answer of any size.
  static constexpr std::size_t kMaxFailures = 1000;

  bool accepted() const { return failures_.empty(); }
  int matches() const { return matches_; }
  void add_match() { ++matches_; }
  // The same failure twice is one.
  void add(kube::FieldError);
  void merge(Outcome);
  // Turns the failures into nothing, as for a value that an update leaves as it was.
  void forgive() { failures_.clear(); }
  kube::FieldErrors take() && { return std::move(failures_); }

 private:
  kube::FieldErrors failures_;
  int matches_ = 0;
};

}  // namespace cw::schemas
