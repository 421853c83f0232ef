// The vocabulary of typed API objects: containers that keep Go's difference between absent (nil) and empty,
// and the convention of visit_fields, which names each JSON field of a struct once. Knows no kind, no JSON
// library.
//
//   struct Example {
//     std::string name;               // Go string            "" is absent
//     std::optional<bool> critical;   // Go *bool
//     kube::List<std::string> uris;   // Go []string          absent and [] differ
//     bool operator==(const Example&) const = default;
//   };
//   template <kube::FieldsOf<Example> S, typename V>
//   void visit_fields(S& s, V&& visit) {
//     visit(kube::always("name"), s.name);  // Go: no omitempty
//     visit("critical", s.critical);
//     visit("uris", s.uris);
//   }
//
// A visitor is called as visit(kube::FieldName, member&). decode.h, encode.h and the schema parity test are
// visitors.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/kube/map.h"

namespace cw::kube {

// Whether Go's JSON leaves the field out when it holds its zero value (omitempty).
enum class WhenEmpty : unsigned char { Omit, Write };

struct FieldName {
  std::string_view text;
  WhenEmpty when_empty = WhenEmpty::Omit;
  template <std::size_t N>
  constexpr FieldName(const char (&name)[N])  // NOLINT: implicit, so that visit("name", …) reads naturally
      : text(name, N - 1) {}
  constexpr FieldName(std::string_view name, WhenEmpty rule) : text(name), when_empty(rule) {}
};

constexpr FieldName always(std::string_view name) { return {name, WhenEmpty::Write}; }

// S is T or const T: one visit_fields serves reading and writing.
template <typename S, typename T>
concept FieldsOf = std::same_as<std::remove_const_t<S>, T>;

struct AnyVisitor {
  template <typename T>
  void operator()(FieldName /*field*/, T&& /*member*/) const {}
};

// T is a struct with visit_fields.
template <typename T>
concept HasFields = requires(T& object, AnyVisitor visitor) { visit_fields(object, visitor); };

// A Go slice: a vector that remembers whether it was there at all.
template <typename T>
class List {
 public:
  using value_type = T;
  List() = default;  // absent
  List(std::initializer_list<T> items) : items_(items), present_(true) {}
  explicit List(std::vector<T> items) : items_(std::move(items)), present_(true) {}

  bool present() const { return present_; }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  const std::vector<T>& items() const { return items_; }
  decltype(auto) operator[](std::size_t i) const { return items_[i]; }
  decltype(auto) operator[](std::size_t i) { return items_[i]; }
  decltype(auto) front() const { return items_.front(); }
  decltype(auto) back() const { return items_.back(); }
  decltype(auto) back() { return items_.back(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }

  void push_back(T item) {
    present_ = true;
    items_.push_back(std::move(item));
  }
  T& emplace_back() {
    present_ = true;
    return items_.emplace_back();
  }
  void erase_at(std::size_t i) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i)); }

  // Absent and [] differ, as in Go's reflect.DeepEqual. same_items() below does not care.
  bool operator==(const List&) const = default;

 private:
  std::vector<T> items_;
  bool present_ = false;
};

template <typename T>
bool same_items(const List<T>& a, const List<T>& b) {
  return a.items() == b.items();
}

// A Go []byte: base64 in JSON, bytes here.
class Bytes {
 public:
  Bytes() = default;  // absent
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)), present_(true) {}

  bool present() const { return present_; }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  const std::string& text() const { return bytes_; }

  bool operator==(const Bytes&) const = default;

 private:
  std::string bytes_;
  bool present_ = false;
};

// Any JSON, kept as compact text with sorted members (webhook.config). Empty: absent.
struct RawJson {
  std::string text;
  bool operator==(const RawJson&) const = default;
};

// A resource quantity ("500m", "1Gi") as it was written; checked for form only.
struct Quantity {
  std::string text;
  bool operator==(const Quantity&) const = default;
};

// Standard form of a Kubernetes quantity: sign, decimal digits with at most one point, suffix or exponent.
bool is_quantity(std::string_view text);

}  // namespace cw::kube
