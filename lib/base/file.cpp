#include "lib/base/file.h"

#include <array>
#include <fstream>

namespace cw {

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Code::Unavailable, path + ": cannot be opened"};
  std::string text;
  std::array<char, 4096> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > limit) {
      return Error{Code::Invalid, path + ": larger than " + std::to_string(limit) + " bytes"};
    }
  }
  if (file.bad() || !file.eof()) return Error{Code::Unavailable, path + ": cannot be read"};
  return text;
}

}  // namespace cw
