// filled<T>(): an object of a kind with every field set to something that is not its zero value, so that a
// test over it covers every field there is, also one that is added later.
#pragma once

#include <chrono>
#include <concepts>
#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"

namespace cw::api::test {

class Filler {
 public:
  void fill(std::string& to) { to = "s" + std::to_string(++count_); }
  void fill(bool& to) { to = true; }
  void fill(Duration& to) { to = std::chrono::hours(++count_); }
  void fill(TimePoint& to) { to = TimePoint(std::chrono::seconds(1700000000 + ++count_)); }
  void fill(kube::Bytes& to) { to = kube::Bytes("b" + std::to_string(++count_)); }
  void fill(kube::RawJson& to) { to.text = R"({"any":[1,null,"x"]})"; }
  void fill(kube::Quantity& to) { to.text = std::to_string(++count_) + "m"; }
  template <std::signed_integral T>
  void fill(T& to) {
    to = ++count_;
  }
  template <typename T>
  void fill(std::optional<T>& to) {
    fill(to.emplace());
  }
  template <typename T>
  void fill(kube::List<T>& to) {
    fill(to.emplace_back());
    // Structs once: the tests take an object apart at every place.
    if constexpr (!kube::HasFields<T>) fill(to.emplace_back());
  }
  template <typename T>
  void fill(kube::MapOf<T>& to) {
    for (const char* key : {"k1", "k2"}) {
      T value{};
      fill(value);
      to.set(key, value);
    }
  }
  template <kube::HasFields T>
  void fill(T& to) {
    visit_fields(to, [this](kube::FieldName /*field*/, auto& member) { fill(member); });
  }

 private:
  int count_ = 0;
};

template <typename T>
T filled() {
  T object;
  Filler().fill(object);
  return object;
}

}  // namespace cw::api::test
