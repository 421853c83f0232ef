#include "schemas/number_check.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "schemas/render.h"
#include "schemas/type_check.h"

namespace cw::schemas {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

bool fits_int64(double value) { return value >= -kTwoTo63 && value < kTwoTo63 && std::trunc(value) == value; }

// Whether a number can be held by the schema's type and format at all.
bool representable(double value, const Schema& schema) {
  if (schema.int_or_string) return true;
  if (schema.type == Type::Integer) {
    if (schema.format != "int32") return fits_int64(value);
    using Limits = std::numeric_limits<std::int32_t>;
    return fits_int64(value) && value >= Limits::min() && value <= Limits::max();
  }
  if (schema.type == Type::Number && schema.format == "float") {
    return std::fabs(value) <= static_cast<double>(std::numeric_limits<float>::max());
  }
  return true;
}

kube::FieldError not_representable(std::string_view what, const Schema& schema, const Path& at) {
  std::string detail = std::string(what) + " value must be of type " + std::string(name_of(schema.type));
  detail += schema.format.empty() ? " (default format)" : " with format " + schema.format;
  detail += " in " + at.dotted();
  return {kube::FieldErrorKind::Invalid, std::string(kNoField), "\"\"", std::move(detail), rule_id::kRange};
}

kube::FieldError out_of_range(const Path& at, const Json& value, std::string_view relation,
                              std::string limit) {
  const std::string path = at.dotted();
  std::string detail = path + " in body should be " + std::string(relation) + " " + std::move(limit);
  return {kube::FieldErrorKind::Invalid, path, rendered(value), std::move(detail), rule_id::kRange};
}

class NumberCheck {
 public:
  NumberCheck(const Json& value, const Schema& schema, const Path& at)
      : value_(value), schema_(schema), at_(at), number_(value.get<double>()) {}

  Outcome run() {
    if (kind_of(value_) == Kind::Float && !representable(number_, schema_)) refuse("Checked");
    if (kind_of(value_) == Kind::Integer && !integer_representable()) refuse("Checked");
    if (schema_.multiple_of) check_multiple(*schema_.multiple_of);
    if (schema_.minimum) check_minimum(*schema_.minimum);
    if (schema_.maximum) check_maximum(*schema_.maximum);
    outcome_.add_match();
    return std::move(outcome_);
  }

 private:
  void refuse(std::string_view what) { outcome_.add(not_representable(what, schema_, at_)); }

  bool integer_representable() const {
    if (schema_.int_or_string || schema_.type != Type::Integer || schema_.format != "int32") return true;
    return representable(number_, schema_);
  }

  // An integer is compared with the whole part of the limit, unless the limit itself is out of place.
  std::optional<std::int64_t> whole_limit(double limit, std::string_view what) {
    const bool usable = representable(limit, schema_);
    if (!usable) refuse(what);
    if (!usable || kind_of(value_) != Kind::Integer || std::fabs(limit) >= kTwoTo63) return std::nullopt;
    return static_cast<std::int64_t>(limit);
  }

  void check_minimum(const Bound& bound) {
    const auto whole = whole_limit(bound.limit, "Minimum boundary");
    const int order = whole ? compare(value_.get<std::int64_t>(), *whole) : compare(number_, bound.limit);
    if (order > 0 || (order == 0 && !bound.exclusive)) return;
    outcome_.add(out_of_range(at_, value_, bound.exclusive ? "greater than" : "greater than or equal to",
                              whole ? std::to_string(*whole) : rendered(bound.limit)));
  }

  void check_maximum(const Bound& bound) {
    const auto whole = whole_limit(bound.limit, "Maximum boundary");
    const int order = whole ? compare(value_.get<std::int64_t>(), *whole) : compare(number_, bound.limit);
    if (order < 0 || (order == 0 && !bound.exclusive)) return;
    outcome_.add(out_of_range(at_, value_, bound.exclusive ? "less than" : "less than or equal to",
                              whole ? std::to_string(*whole) : rendered(bound.limit)));
  }

  void check_multiple(double factor) {
    const auto whole = whole_limit(factor, "MultipleOf");
    const std::string shown = whole ? std::to_string(*whole) : rendered(factor);
    if (whole ? *whole <= 0 : factor <= 0) {
      const std::string path = at_.dotted();
      outcome_.add({kube::FieldErrorKind::Invalid, path, shown,
                    "factor MultipleOf declared for " + path + " must be positive: " + shown,
                    rule_id::kRange});
      return;
    }
    const double quotient = factor < 1 ? 1 / factor * number_ : number_ / factor;
    const bool divides = whole ? value_.get<std::int64_t>() % *whole == 0 : is_whole(quotient);
    if (!divides) outcome_.add(out_of_range(at_, value_, "a multiple of", shown));
  }

  template <typename T>
  static int compare(T a, T b) {
    return a < b ? -1 : static_cast<int>(a > b);
  }

  const Json& value_;
  const Schema& schema_;
  const Path& at_;
  double number_;
  Outcome outcome_;
};

}  // namespace

Outcome check_number(const Json& value, const Schema& schema, const Path& at) {
  return NumberCheck(value, schema, at).run();
}

}  // namespace cw::schemas
