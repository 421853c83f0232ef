// Pattern: a regular expression as RE2 reads it, searched anywhere in a text, in linear time. Its program is
// bounded; one that would be larger does not compile. Immutable, thread-safe. Errors: the text of problem().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cw::cel {

struct Pattern {
  explicit Pattern(std::string_view text);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool is_sound() const;
  std::string problem() const;     // valid UTF-8
  std::string go_problem() const;  // in Go's words
  bool matches(std::string_view text) const;
  // The first match at or after a byte.
  std::optional<std::string_view> find(std::string_view text, std::size_t from) const;
  // In the units of Evaluation::work; no compilation takes more than kMostWork.
  static constexpr std::uint64_t kMostWork = 9'000'000;
  std::uint64_t work_to_compile() const;
  // The same before it is compiled: at least about that much.
  static std::uint64_t work_expected(std::string_view text);
  std::uint64_t work_to_match(std::size_t text_size) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
  std::uint64_t size_ = 0;    // instructions
  std::uint64_t length_ = 0;  // of what RE2 read
};

}  // namespace cw::cel
