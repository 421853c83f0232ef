// What Secrets and ConfigMaps have in common: keys, size, immutability. Pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

inline constexpr std::size_t kMaxDataBytes = 1UL << 20U;

void append(FieldErrors& to, FieldErrors more);
// Bytes behind base64 with padding.
std::size_t decoded_size(std::string_view base64);
FieldErrors check_keys(const Json& data, const kube::FieldPath& at);
// An object that once said `immutable` keeps that and the named members.
FieldErrors check_frozen(const Json& next, const Json& old, std::initializer_list<std::string_view> members);

}  // namespace cw::apiserver
