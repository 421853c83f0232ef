#include "cli/manifest/document_split.h"

#include <algorithm>
#include <utility>

namespace cw::cli::manifest {
namespace {

constexpr std::string_view kSeparator = "---";
constexpr std::string_view kSource = "# Source: ";
constexpr std::string_view kBlank = " \t\r";

std::string_view without_blank_end(std::string_view line) {
  const std::size_t last = line.find_last_not_of(kBlank);
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// "---" and what may follow it on its line.
bool separates(std::string_view line) {
  return line.starts_with(kSeparator) &&
         (line.size() == kSeparator.size() || kBlank.find(line[kSeparator.size()]) != std::string_view::npos);
}

class Splitter {
 public:
  void line(std::string_view all, std::size_t begin, std::size_t end, int number) {
    const std::string_view text = without_blank_end(all.substr(begin, end - begin));
    // Directives belong to the separator that they stand before.
    if (separates(text) && !(only_prologue_ && has_directives_)) {
      finish(all.substr(start_, begin - start_));
      const bool bare = text.size() == kSeparator.size();
      start_ = bare ? std::min(end + 1, all.size()) : begin;
      part_.first_line = bare ? number + 1 : number;
      return;
    }
    has_directives_ |= text.starts_with('%');
    if (text.starts_with(kSource) && part_.source.empty()) part_.source = text.substr(kSource.size());
    const bool prologue = text.empty() || text.front() == '%' || text.front() == '#';
    if (!prologue) only_prologue_ = false;
  }

  std::vector<DocumentText> end(std::string_view all) {
    finish(all.substr(start_));
    return std::move(parts_);
  }

 private:
  void finish(std::string_view text) {
    part_.text = text;
    if (!text.empty()) parts_.push_back(std::move(part_));
    part_ = {};
    has_directives_ = false;
    only_prologue_ = true;
  }

  std::vector<DocumentText> parts_;
  DocumentText part_;
  std::size_t start_ = 0;
  bool only_prologue_ = true;
  bool has_directives_ = false;
};

}  // namespace

std::vector<DocumentText> split_documents(std::string_view text) {
  Splitter splitter;
  int number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline;
    splitter.line(text, begin, end, number);
    begin = end + 1;
  }
  return splitter.end(text);
}

}  // namespace cw::cli::manifest
