// Result<T>: a value or an Error. The vocabulary type for anything that can fail
// because of input, storage or network. Broken invariants use CW_ASSERT instead.
// Code -> HTTP status is mapped in one place only: lib/kube/status.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "lib/base/assert.h"

namespace cw {

enum class Code : std::uint8_t {
  Invalid,
  NotFound,
  AlreadyExists,
  Conflict,
  Forbidden,
  Gone,
  Unavailable,
  Internal,
};

struct Error {
  Code code = Code::Internal;
  std::string message;
  bool operator==(const Error&) const = default;
};

// E is Error but where an answer needs more than a code (kube::StatusError, which an Error turns into).
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` both read naturally.
  Result(T value)  // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error)  // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const E& error() const& { return std::get<1>(state_); }
  E&& error() && { return std::get<1>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &std::get<0>(state_); }

 private:
  std::variant<T, E> state_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace cw

// Unwraps a Result or returns its Error from the enclosing function. May be nested: each use names its own
// variable.
#define CW_TRY_JOIN(a, b) a##b
#define CW_TRY_NAME(number) CW_TRY_JOIN(cw_try_result_, number)
#define CW_TRY_AS(name, ...)                   \
  __extension__({                              \
    auto name = (__VA_ARGS__);                 \
    if (!name) return std::move(name).error(); \
    std::move(name).value();                   \
  })
#define TRY(...) CW_TRY_AS(CW_TRY_NAME(__COUNTER__), __VA_ARGS__)
