#include "schemas/pattern.h"

#include <cstdint>
#include <utility>

#include <re2/re2.h>

namespace cw::schemas {
namespace {

constexpr std::int64_t kMaxProgramBytes = 8 << 20;

re2::RE2::Options options() {
  re2::RE2::Options result;
  result.set_log_errors(false);
  result.set_max_mem(kMaxProgramBytes);
  return result;
}

}  // namespace

struct Pattern::Program {
  explicit Program(std::string_view text)
      : expression(re2::StringPiece(text.data(), text.size()), options()) {}
  re2::RE2 expression;
};

Pattern::Pattern(std::string text, std::shared_ptr<const Program> program)
    : text_(std::move(text)), program_(std::move(program)) {}

Result<Pattern> Pattern::compile(std::string_view expression) {
  auto program = std::make_shared<const Program>(expression);
  if (!program->expression.ok()) {
    return Error{Code::Invalid, "not a valid regular expression: " + program->expression.error()};
  }
  return Pattern(std::string(expression), std::move(program));
}

bool Pattern::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), program_->expression);
}

}  // namespace cw::schemas
