#include "lib/http/line_splitter.h"

namespace cw::http {

bool LineSplitter::give(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.empty() || on_line_(line);
}

bool LineSplitter::feed(std::string_view piece) {
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    begun_.append(piece.substr(0, end));
    const bool wanted = give(begun_);
    begun_.clear();
    if (!wanted) return false;
    piece.remove_prefix(end + 1);
  }
  overlong_ = piece.size() > max_line_ - begun_.size();
  if (!overlong_) begun_.append(piece);
  return !overlong_;
}

void LineSplitter::finish() {
  if (!begun_.empty()) give(begun_);
  begun_.clear();
}

}  // namespace cw::http
