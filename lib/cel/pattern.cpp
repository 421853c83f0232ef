#include "lib/cel/pattern.h"

#include <algorithm>
#include <iterator>

#include <re2/re2.h>

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/cel/go_pattern.h"

namespace cw::cel {
namespace {

constexpr std::int64_t kMemory = 3L << 18;
// Beyond these a pattern is refused before RE2 reads it: it writes repetitions out before it sees that they
// are too many.
constexpr std::size_t kMaxText = 16UL * 1024;
constexpr std::uint64_t kMaxRepetitions = 5000;

// The sum of the numbers after '{' and in {n,m}.
std::uint64_t repetitions(std::string_view text) {
  std::uint64_t all = 0;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::uint64_t number = 0;
    for (std::size_t i = at + 1; i < text.size() && (is_digit(text[i]) || text[i] == ','); ++i) {
      number = text[i] == ','
                   ? 0
                   : std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(text[i] - '0'), 1000);
      all += text[i] == ',' ? 0 : number;
    }
  }
  return all;
}

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  return options;
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(std::string_view text) : re(re2::StringPiece(text.data(), text.size()), options()) {}
  re2::RE2 re;
};

Pattern::Pattern(std::string_view text) : length_(text.size()) {
  if (text.size() > kMaxText || repetitions(text) > kMaxRepetitions) {
    length_ = 0;
    return;
  }
  const auto translated = as_re2(text);
  if (!translated) return;
  compiled_ = std::make_unique<const Compiled>(*translated);
  if (is_sound()) size_ = static_cast<std::uint64_t>(compiled_->re.ProgramSize());
}

Pattern::~Pattern() = default;

bool Pattern::is_sound() const { return compiled_ != nullptr && compiled_->re.ok(); }

std::string Pattern::problem() const {
  if (compiled_ == nullptr)
    return length_ == 0 ? "the pattern is too large" : "invalid name or escape in the pattern";
  return is_valid_utf8(compiled_->re.error()) ? compiled_->re.error() : "invalid UTF-8 in the pattern";
}

std::string Pattern::go_problem() const {
  // In the order of RE2's codes.
  constexpr std::string_view kWords[] = {"",  // NOLINT(modernize-avoid-c-arrays)
                                         "internal error",
                                         "invalid escape sequence",
                                         "invalid character class",
                                         "invalid character class range",
                                         "missing closing ]",
                                         "missing closing )",
                                         "unexpected )",
                                         "trailing backslash at end of expression",
                                         "missing argument to repetition operator",
                                         "invalid repeat count",
                                         "invalid nested repetition operator",
                                         "invalid or unsupported Perl syntax",
                                         "invalid UTF-8",
                                         "invalid named capture",
                                         "expression too large"};
  const std::size_t code = compiled_ == nullptr ? 0 : static_cast<std::size_t>(compiled_->re.error_code());
  if (code == 0 || code >= std::size(kWords)) return "error parsing regexp: " + problem();
  const std::string& part = compiled_->re.error_arg();
  return "error parsing regexp: " + std::string(kWords[code]) + ": `" +
         (is_valid_utf8(part) ? part : std::string()) + "`";
}

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->re);
}

std::optional<std::string_view> Pattern::find(std::string_view text, std::size_t from) const {
  re2::StringPiece found;
  if (!compiled_->re.Match(re2::StringPiece(text.data(), text.size()), from, text.size(),
                           re2::RE2::UNANCHORED, &found, 1))
    return std::nullopt;
  return std::string_view(found.data(), found.size());
}

std::uint64_t Pattern::work_to_compile() const {
  // What does not fit is found out only at the end.
  if (compiled_ != nullptr && compiled_->re.error_code() == re2::RE2::ErrorPatternTooLarge) return kMostWork;
  return std::min<std::uint64_t>(5000 + length_ * 50 + size_ * 700, kMostWork);
}

// Classes of Unicode become hundreds of instructions, other characters a few.
std::uint64_t Pattern::work_expected(std::string_view text) {
  if (text.size() > kMaxText) return kMostWork;
  std::uint64_t classes = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && lower_case(text[i + 1]) == 'p') ++classes;
  }
  const std::uint64_t copies = 1 + std::min(repetitions(text), kMaxRepetitions);
  return std::min<std::uint64_t>(5000 + (text.size() * 3000 + classes * 100'000) * copies, kMostWork);
}

std::uint64_t Pattern::work_to_match(std::size_t text_size) const {
  return 200 + static_cast<std::uint64_t>(text_size + 1) * (size_ + 1);
}

}  // namespace cw::cel
