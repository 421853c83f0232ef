#include "schemas/member_scan.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/json.h"

namespace cw::schemas {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDuplicates = 100;
constexpr std::size_t kMaxLevels = kube::kMaxJsonDepth + 1;

// Reads text and tells how far it has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char* begin, std::size_t* offset)
      : at_(at), begin_(begin), offset_(offset) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    *offset_ = static_cast<std::size_t>(at_ - begin_);
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char* begin_;
  std::size_t* offset_;
};

class Scan final : public nlohmann::json_sax<Json> {
 public:
  Scan(const std::size_t& offset, const OnPlace& on_place) : offset_(offset), on_place_(on_place) {}

  bool null() override { return value(); }
  bool boolean(bool /*value*/) override { return value(); }
  bool number_integer(std::int64_t /*value*/) override { return value(); }
  bool number_unsigned(std::uint64_t /*value*/) override { return value(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return value(); }
  bool string(std::string& /*value*/) override { return value(); }
  bool binary(Json::binary_t& /*value*/) override { return value(); }
  bool start_object(std::size_t /*count*/) override { return start(false); }
  bool start_array(std::size_t /*count*/) override { return start(true); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t at, const std::string& /*token*/, const Json::exception& /*why*/) override {
    error_at_ = at > 0 ? at - 1 : 0;
    return false;
  }

  bool key(std::string& name) override {
    Level& level = levels_.back();
    path_.resize(level.path_length);
    if (!path_.empty()) path_ += '.';
    path_ += name;
    if (!level.names.insert(name).second) note_duplicate();
    if (on_place_) on_place_(path_, offset_);
    return true;
  }

  std::vector<std::string> take_duplicates() { return std::move(duplicates_); }
  std::optional<std::size_t> error_at() const { return error_at_; }

 private:
  struct Level {
    bool is_list = false;
    std::size_t index = 0;
    std::size_t path_length = 0;
    std::set<std::string> names = {};
  };

  // A value begins: inside a list it is the next item.
  bool value() {
    if (levels_.empty() || !levels_.back().is_list) return true;
    Level& level = levels_.back();
    path_.resize(level.path_length);
    path_ += "[" + std::to_string(level.index++) + "]";
    if (on_place_) on_place_(path_, offset_);
    return true;
  }

  bool start(bool is_list) {
    if (levels_.size() >= kMaxLevels) return false;
    value();
    levels_.push_back({.is_list = is_list, .path_length = path_.size()});
    return true;
  }

  bool end() {
    path_.resize(levels_.back().path_length);
    levels_.pop_back();
    return true;
  }

  void note_duplicate() {
    const bool known = std::find(duplicates_.begin(), duplicates_.end(), path_) != duplicates_.end();
    if (!known && duplicates_.size() < kMaxDuplicates) duplicates_.push_back(path_);
  }

  const std::size_t& offset_;
  const OnPlace& on_place_;
  std::string path_;
  std::vector<Level> levels_;
  std::vector<std::string> duplicates_;
  std::optional<std::size_t> error_at_;
};

// Runs the text through the handler, as far as that goes along; `offset` tells how far.
void scan(std::string_view json, std::size_t& offset, Scan& handler) {
  const char* begin = json.data();
  const char* end = begin + json.size();
  Json::sax_parse(CountingIterator(begin, begin, &offset), CountingIterator(end, begin, &offset), &handler);
}

}  // namespace

std::vector<std::string> find_duplicate_members(std::string_view json) {
  const OnPlace nobody;
  std::size_t offset = 0;
  Scan handler(offset, nobody);
  scan(json, offset, handler);
  return handler.take_duplicates();
}

std::optional<std::size_t> find_syntax_error(std::string_view json) {
  const OnPlace nobody;
  std::size_t offset = 0;
  Scan handler(offset, nobody);
  scan(json, offset, handler);
  return handler.error_at();
}

void scan_places(std::string_view json, const OnPlace& on_place) {
  std::size_t offset = 0;
  Scan handler(offset, on_place);
  scan(json, offset, handler);
}

}  // namespace cw::schemas
