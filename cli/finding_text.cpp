#include "cli/finding_text.h"

#include <array>
#include <cstddef>

#include "schemas/outcome.h"

namespace cw::cli {
namespace {

constexpr std::array<std::string_view, 3> kRoots = {"spec", "status", "metadata"};
constexpr std::array<std::string_view, 6> kClasses = {"Required value",    "Invalid value",   "Forbidden",
                                                      "Unsupported value", "Duplicate value", "Too long"};

// The length of the field path at the start, if "PATH: CLASS" stands there; else 0.
std::size_t field_length(std::string_view text) {
  for (const std::string_view root : kRoots) {
    if (!text.starts_with(root)) continue;
    const std::size_t end = text.find_first_of(" ,:\"");
    if (end == std::string_view::npos || text.substr(end, 2) != ": ") return 0;
    for (const std::string_view name : kClasses) {
      if (text.substr(end + 2).starts_with(name)) return end;
    }
  }
  return 0;
}

// Where the next finding starts, at or after `from`.
std::size_t next_start(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find(", ", from); at != std::string_view::npos; at = text.find(", ", at + 2)) {
    if (field_length(text.substr(at + 2)) > 0) return at;
  }
  return text.size();
}

}  // namespace

Finding finding_of(const kube::FieldError& error) {
  const std::string text = kube::message(error);
  if (error.field.empty()) return {{}, text, error.rule};
  if (error.field == schemas::kNoField) return {{}, text.substr(error.field.size() + 2), error.rule};
  return {error.field, text.substr(error.field.size() + 2), error.rule};
}

std::vector<Finding> split_refusal(std::string_view message, std::string_view rule) {
  std::string_view text = message;
  std::size_t start = 0;
  while (start < text.size() && field_length(text.substr(start)) == 0) ++start;
  if (start == text.size()) return {{{}, std::string(message), rule}};
  if (start > 0 && text[start - 1] == '[' && text.ends_with(']')) text.remove_suffix(1);
  std::vector<Finding> findings;
  while (start < text.size()) {
    const std::size_t end = next_start(text, start);
    const std::string_view one = text.substr(start, end - start);
    const std::size_t length = field_length(one);
    findings.push_back({std::string(one.substr(0, length)), std::string(one.substr(length + 2)), rule});
    start = end + 2;
  }
  return findings;
}

std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return result;
}

}  // namespace cw::cli
