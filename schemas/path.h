// Path: a place in an object while it is walked, as a chain of steps on the stack; it becomes text only where
// something is wrong. Two forms: kube-openapi's "spec.extra.k[0]" and field.Path's "spec.extra[k][0]".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cw::schemas {

class Path {
 public:
  Path() = default;  // the root
  Path member(std::string_view name) const { return {this, name, 0, Step::Member}; }
  // Of an object that is a map: the key stands in brackets in the second form.
  Path key(std::string_view name) const { return {this, name, 0, Step::Key}; }
  Path item(std::size_t index) const { return {this, {}, index, Step::Item}; }

  bool is_root() const { return parent_ == nullptr; }
  std::string dotted() const;
  std::string text() const;

 private:
  enum class Step : unsigned char { Member, Key, Item };
  Path(const Path* parent, std::string_view name, std::size_t index, Step step)
      : parent_(parent), name_(name), index_(index), step_(step) {}

  void append(std::string& out, Step keys_as) const;

  const Path* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  Step step_ = Step::Member;
};

}  // namespace cw::schemas
