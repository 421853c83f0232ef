// Pattern: a regular expression of a schema, in RE2 syntax as Go and so kube-apiserver has it. Matching takes
// time linear in the text whatever the pattern, so neither may be trusted. Immutable; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::schemas {

class Pattern {
 public:
  // Invalid when malformed or when it needs too much memory.
  static Result<Pattern> compile(std::string_view expression);

  // Anywhere in the text, as JSON Schema wants it.
  bool found_in(std::string_view text) const;
  const std::string& text() const { return text_; }

 private:
  struct Program;
  Pattern(std::string text, std::shared_ptr<const Program> program);
  std::string text_;
  std::shared_ptr<const Program> program_;
};

}  // namespace cw::schemas
