#include "cli/manifest/input.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/manifest/limits.h"

namespace cw::cli::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kEndings = {".yaml", ".yml", ".json"};
constexpr std::string_view kStandardInput = "-";
constexpr std::string_view kStandardInputShown = "<stdin>";

// One byte more than is allowed, so that the reader of the text sees that it is too long.
std::optional<std::string> read_all(std::istream& from) {
  std::string text;
  std::array<char, 1UL << 16U> piece;
  while (text.size() <= kMaxFileBytes && from.good()) {
    from.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(from.gcount()));
  }
  if (from.bad()) return std::nullopt;
  text.resize(std::min(text.size(), kMaxFileBytes + 1));
  return text;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return read_all(file);
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

bool is_manifest(const fs::path& path) {
  const std::string ending = path.extension().string();
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

struct Listing {
  std::vector<std::string> paths;
  bool complete = true;
};

Listing list_folder(const std::string& folder) {
  Listing listing;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (is_hidden(entry->path())) entry.disable_recursion_pending();
    } else if (is_manifest(entry->path()) && entry->is_regular_file(ignored)) {
      listing.paths.push_back(entry->path().string());
    }
    if (listing.paths.size() > kMaxFiles) break;
  }
  listing.complete = !error && listing.paths.size() <= kMaxFiles;
  std::sort(listing.paths.begin(), listing.paths.end());
  return listing;
}

class Inputs {
 public:
  explicit Inputs(std::istream* standard_input) : standard_input_(standard_input) {}

  void add(const std::string& name) {
    std::error_code ignored;
    if (name == kStandardInput) {
      auto text = standard_input_ != nullptr ? read_all(*standard_input_) : std::nullopt;
      add_text(std::string(kStandardInputShown), std::move(text), Origin::Named);
    } else if (fs::is_directory(name, ignored)) {
      add_folder(name);
    } else {
      add_text(name, room_for_more() ? read_file(name) : std::nullopt, Origin::Named);
    }
  }
  std::vector<Input> take() { return std::move(all_); }

 private:
  void add_folder(const std::string& name) {
    const Listing listing = list_folder(name);
    for (const std::string& path : listing.paths) {
      if (!room_for_more()) return refuse(name, "more than can be read in one run");
      add_text(path, read_file(path), Origin::Found);
    }
    if (!listing.complete) refuse(name, "the folder cannot be read to its end");
  }

  bool room_for_more() const { return bytes_ <= kMaxTotalBytes && all_.size() < kMaxFiles; }

  void add_text(std::string name, std::optional<std::string> text, Origin origin) {
    if (!text) return refuse(std::move(name), "cannot be read");
    bytes_ += text->size();
    if (bytes_ > kMaxTotalBytes) return refuse(std::move(name), "more than can be read in one run");
    all_.push_back({std::move(name), *std::move(text), origin});
  }

  void refuse(std::string name, std::string problem) {
    all_.push_back({std::move(name), {}, Origin::Named, std::move(problem)});
  }

  std::istream* standard_input_;
  std::vector<Input> all_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::vector<Input> read_inputs(const std::vector<std::string>& names, std::istream* standard_input) {
  Inputs inputs(standard_input);
  for (const std::string& name : names) inputs.add(name);
  return inputs.take();
}

}  // namespace cw::cli::manifest
