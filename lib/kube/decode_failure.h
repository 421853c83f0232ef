// DecodeFailure: why a decode stopped and where. The path is put together while unwinding, so a decode that
// succeeds pays nothing for it. Also the conversions from JSON scalars to Go's types that do not depend on
// the source of the JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/base/result.h"
#include "lib/kube/fields.h"

namespace cw::kube {

class DecodeFailure {
 public:
  // Answers false, so that a decoder can `return failure.because(…)`.
  bool because(std::string message);
  // Called by each enclosing value, innermost first.
  void under_field(std::string_view name);
  void under_index(std::size_t index);
  void under_key(std::string_view key);

  // "spec.dnsNames[2]: must be a string, but is a number", Code::Invalid.
  Error error() const;

 private:
  void prepend(std::string_view step);

  std::string path_;
  std::string message_;
};

// False with a reason in `failure`; `to` is then unspecified.
bool convert_duration(std::string_view text, Duration& to, DecodeFailure& failure);
bool convert_time(std::string_view text, TimePoint& to, DecodeFailure& failure);
bool convert_bytes(std::string_view base64, Bytes& to, DecodeFailure& failure);
bool convert_quantity(std::string_view text, Quantity& to, DecodeFailure& failure);

}  // namespace cw::kube
