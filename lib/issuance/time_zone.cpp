#include "lib/issuance/time_zone.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "lib/issuance/posix_zone.h"

namespace cw::issuance {

using std::chrono::seconds;

struct TimeZone::Data {
  std::vector<TimePoint> changes;  // sorted
  std::vector<seconds> offsets;    // offsets[i] holds from changes[i] on
  seconds before{0};               // holds before the first change
  std::optional<PosixZone> after;  // holds from the last change on, if the file says so
};

namespace {

constexpr std::size_t kHeaderSize = 44;
constexpr std::size_t kMaxFileSize = 1U << 20U;
constexpr std::array<const char*, 4> kDirectories{"/usr/share/zoneinfo", "/usr/lib/zoneinfo",
                                                  "/usr/share/lib/zoneinfo", "/etc/zoneinfo"};

Error broken() { return {Code::Invalid, "malformed time zone file"}; }

std::int64_t big_endian(std::string_view bytes) {
  std::uint64_t value = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

// RFC 9636 §3.1. Counts of what follows; times are 4 bytes in version 1 and 8 in the block behind it.
struct Header {
  char version = 0;
  std::size_t ut_flags = 0, standard_flags = 0, leaps = 0, changes = 0, types = 0, letters = 0;

  std::size_t size_of_block(std::size_t time_size) const {
    return changes * time_size + changes + types * 6 + letters + leaps * (time_size + 4) + standard_flags +
           ut_flags;
  }
};

Result<Header> take_header(std::string_view& rest) {
  if (rest.size() < kHeaderSize || !rest.starts_with("TZif")) return broken();
  Header header;
  header.version = rest[4];
  const std::array<std::size_t*, 6> counts{&header.ut_flags, &header.standard_flags, &header.leaps,
                                           &header.changes,  &header.types,          &header.letters};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t count = big_endian(rest.substr(20 + 4 * i, 4));
    if (count < 0 || count > static_cast<std::int64_t>(kMaxFileSize)) return broken();
    *counts.at(i) = static_cast<std::size_t>(count);
  }
  rest.remove_prefix(kHeaderSize);
  return header;
}

// RFC 9636 §3.2: the range that any clock has had, with room.
Result<seconds> read_offset(std::string_view type) {
  constexpr seconds kWest{-90'000};
  constexpr seconds kEast{93'600};
  const seconds offset(big_endian(type.substr(0, 4)));
  if (offset <= kWest || offset >= kEast) return broken();
  return offset;
}

Result<TimeZone::Data> read_block(const Header& header, std::string_view block, std::size_t time_size) {
  if (header.types == 0 || block.size() < header.size_of_block(time_size)) return broken();
  const std::string_view indexes = block.substr(header.changes * time_size);
  const std::string_view types = indexes.substr(header.changes);
  TimeZone::Data data;
  data.before = TRY(read_offset(types));
  for (std::size_t i = 0; i < header.changes; ++i) {
    const auto type = static_cast<unsigned char>(indexes[i]);
    if (type >= header.types) return broken();
    data.changes.emplace_back(seconds(big_endian(block.substr(i * time_size, time_size))));
    data.offsets.push_back(TRY(read_offset(types.substr(std::size_t{6} * type))));
  }
  if (!std::is_sorted(data.changes.begin(), data.changes.end())) return broken();
  return data;
}

// "\n" rule "\n"; an empty rule says nothing.
Result<std::optional<PosixZone>> read_footer(std::string_view text) {
  if (!text.starts_with('\n')) return broken();
  text.remove_prefix(1);
  const std::string_view rule = text.substr(0, text.find('\n'));
  if (rule.empty()) return std::optional<PosixZone>();
  auto zone = PosixZone::parse(rule);
  if (!zone) return broken();
  return zone;
}

Result<TimeZone::Data> read_tzif(std::string_view rest) {
  Header header = TRY(take_header(rest));
  if (header.version == 0) return read_block(header, rest, 4);
  const std::size_t skipped = header.size_of_block(4);
  if (rest.size() < skipped) return broken();
  rest.remove_prefix(skipped);
  header = TRY(take_header(rest));
  TimeZone::Data data = TRY(read_block(header, rest, 8));
  data.after = TRY(read_footer(rest.substr(header.size_of_block(8))));
  return data;
}

Result<TimeZone> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return Error{Code::NotFound, "no such time zone"};
  if (size > kMaxFileSize) return broken();
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return TimeZone::parse(bytes);
}

bool may_be_zone_name(std::string_view name) {
  return name.find("..") == std::string_view::npos && name.find('\0') == std::string_view::npos &&
         !name.starts_with('/') && !name.starts_with('\\');
}

}  // namespace

TimeZone TimeZone::utc() {
  static const auto kUtc = std::make_shared<const Data>();
  return TimeZone(kUtc);
}

Result<TimeZone> TimeZone::parse(std::string_view tzif) {
  return TimeZone(std::make_shared<const Data>(TRY(read_tzif(tzif))));
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name.empty() || name == "UTC") return utc();
  if (name == "Local") {
    auto local = read_file("/etc/localtime");
    return local ? local : Result<TimeZone>(utc());
  }
  if (!may_be_zone_name(name)) return Error{Code::Invalid, "not a time zone name"};
  for (const char* const directory : kDirectories) {
    auto zone = read_file(std::filesystem::path(directory) / name);
    if (zone || zone.error().code != Code::NotFound) return zone;
  }
  return Error{Code::NotFound, "unknown time zone \"" + std::string(name) + "\""};
}

seconds TimeZone::offset_at(TimePoint when) const {
  const auto next = std::upper_bound(data_->changes.begin(), data_->changes.end(), when);
  if (next == data_->changes.end() && data_->after) return data_->after->offset_at(when);
  if (next == data_->changes.begin()) return data_->before;
  return data_->offsets[static_cast<std::size_t>(next - data_->changes.begin()) - 1];
}

}  // namespace cw::issuance
