// How a refused value is shown in a message: as Go's field.Error prints it (reference/admission.md 2.0). A
// plain string is Go-quoted; everything that is a type of its own in Go, lists and structs are JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/api/certificate_parts.h"
#include "lib/base/duration.h"
#include "lib/kube/fields.h"

namespace cw::webhook {

// A Go string type of its own (enums): JSON.
std::string shown_enum(std::string_view);
// Nanoseconds, as the field shows durations.
std::string shown(Duration);
std::string shown(std::int64_t);
std::string shown(const kube::List<std::string>&);
// With Go's member names.
std::string shown(const api::X509Subject&);
std::string shown(const api::NameConstraints&);

// [a b], as Go prints a slice in a text.
std::string go_slice(const std::vector<std::string>&);
// "a", "b"
std::string quoted_list(const std::vector<std::string>&);

}  // namespace cw::webhook
