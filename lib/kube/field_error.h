// FieldPath and FieldError: what a rule reports and how it names the place.
// Same shape and same text as k8s.io/apimachinery field.Error, including its Origin (here: rule).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cw::kube {

class FieldPath {
 public:
  FieldPath() = default;  // the root of the object
  explicit FieldPath(std::string_view text) : text_(text) {}
  FieldPath child(std::string_view name) const {
    return FieldPath(text_.empty() ? std::string(name) : text_ + "." + std::string(name));
  }
  FieldPath index(std::size_t i) const { return FieldPath(text_ + "[" + std::to_string(i) + "]"); }
  FieldPath key(std::string_view name) const { return FieldPath(text_ + "[" + std::string(name) + "]"); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// TypeInvalid (text "Invalid value") and TooMany only come from schemas/.
enum class FieldErrorKind : std::uint8_t {
  Required,
  Invalid,
  NotSupported,
  Forbidden,
  Duplicate,
  TooLong,
  NotFound,
  TypeInvalid,
  TooMany
};

struct FieldError {
  FieldErrorKind kind = FieldErrorKind::Invalid;
  std::string field;
  std::string
      bad_value;  // as the message shows it, already rendered (quoted string, number, JSON); may be empty
  std::string detail;
  std::string_view rule;  // stamped by run_rules(); tests match on it, never on detail
};

using FieldErrors = std::vector<FieldError>;

FieldError required(const FieldPath&, std::string detail);
// `shown` is the rendered value: quoted("x") for a string, "300" for a number.
FieldError invalid(const FieldPath&, std::string shown, std::string detail);
FieldError not_supported(const FieldPath&, std::string shown, const std::vector<std::string>& supported);
FieldError forbidden(const FieldPath&, std::string detail);
FieldError duplicate(const FieldPath&, std::string shown);
// A value that names what is not there.
FieldError field_not_found(const FieldPath&, std::string shown);
FieldError too_long(const FieldPath&, std::size_t limit);
// Not about one field: the message is the detail alone.
FieldError plain_error(std::string detail);

// A string as Go's %q writes it.
std::string quoted(std::string_view);

// "spec.secretName: Required value: must be specified"
std::string message(const FieldError&);
// One error bare, several as "[a, b]"; exact duplicates are dropped (apimachinery aggregate).
std::string message(const FieldErrors&);

}  // namespace cw::kube
