// LineSplitter: pieces of a stream in, whole lines out, without their line breaks; empty lines are left out.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace cw::http {

class LineSplitter {
 public:
  using OnLine = std::function<bool(std::string_view line)>;

  // `on_line` says false when it wants no more.
  LineSplitter(std::size_t max_line, const OnLine& on_line) : max_line_(max_line), on_line_(on_line) {}

  // False: no more is wanted, or the line grows too long.
  bool feed(std::string_view piece);
  // What was behind the last line break is a line too.
  void finish();
  bool is_overlong() const { return overlong_; }

 private:
  bool give(std::string_view line);

  const std::size_t max_line_;
  const OnLine& on_line_;
  std::string begun_;  // a line without its end
  bool overlong_ = false;
};

}  // namespace cw::http
