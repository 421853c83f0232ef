// What the files of the library share: rows that say what a function is called and of which types it is, and
// values of types that only these functions know. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cel/environment.h"

namespace cw::apiserver {

inline constexpr std::string_view kQuantityType = "kubernetes.Quantity";
inline constexpr std::string_view kUrlType = "kubernetes.URL";
inline constexpr std::string_view kSemverType = "kubernetes.Semver";
inline constexpr std::string_view kFormatType = "kubernetes.NamedFormat";
inline constexpr std::string_view kIpType = "net.IP";
inline constexpr std::string_view kCidrType = "net.CIDR";

using CelArguments = std::vector<cel::Value>;

// The signature: arguments, a colon, the result, in letters; a dot in front of a member's. s text, b bool,
// i int, d double, I address, C range, Q quantity, U URL, V version, F format, R map of lists of texts,
// O optional of what follows, L list of what follows.
struct CelRow {
  const char* name;
  const char* signature;
  Result<cel::Value> (*call)(const CelArguments&);
  cel::CallCost cost = nullptr;
};

std::span<const CelRow> address_rows();
std::span<const CelRow> quantity_rows();
std::span<const CelRow> url_rows();
std::span<const CelRow> semver_rows();
std::span<const CelRow> format_rows();

cel::Value cel_object(std::string_view type, std::vector<cel::Value> fields);
// A field of such an object; a null value where there is none.
const cel::Value& cel_field(const cel::Value& object, std::size_t index);
std::int64_t cel_int(const cel::Value&);
inline cel::Value cel_bool(bool yes) { return cel::Value(cel::Value::Variant(yes)); }
inline cel::Value cel_int_value(std::int64_t number) { return cel::Value(cel::Value::Variant(number)); }

// A tenth of the first argument's characters, and a fifth.
std::uint64_t scan_cost(const CelArguments&);
std::uint64_t scan_twice_cost(const CelArguments&);
constexpr std::uint64_t tenth_of(std::uint64_t size) { return (size + 9) / 10; }

}  // namespace cw::apiserver
