// Looking into trees whose shape is not known: what is missing or of another type is empty. Pure.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "lib/kube/json.h"

namespace cw::kube {

// nullptr if `value` is no object or has no such member.
const Json* find_member(const Json& value, std::string_view name);
const Json* find_path(const Json& value, std::initializer_list<std::string_view> path);
const Json* find_path(const Json& value, std::span<const std::string> path);

// "" if it is no string.
std::string text_member(const Json& value, std::string_view name);
std::string text_at(const Json& value, std::initializer_list<std::string_view> path);
bool true_member(const Json& value, std::string_view name);
// The member, or the empty object.
const Json& object_member(const Json& value, std::string_view name);
// The member, or the empty array.
const Json& array_member(const Json& value, std::string_view name);

// The member, made an empty object first if it is none.
Json& make_object(Json& value, std::string_view name);
// Sets the member to what the other object has, or removes it.
void copy_member(Json& to, const Json& from, std::string_view name);

std::string metadata_text(const Json& object, std::string_view name);

// Compact text; bytes that are no UTF-8 become U+FFFD.
std::string dumped(const Json& value);

}  // namespace cw::kube
