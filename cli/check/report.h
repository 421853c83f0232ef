// A report in the forms that `certwright check` writes; docs/check.md describes each. Nothing in a manifest
// can drive the reader's terminal. Pure.
#pragma once

#include <ostream>

#include "cli/check/finding.h"

namespace cw::cli::check {

enum class Format { Text, Json, Sarif };

void write_report(const Report&, Format, std::ostream&);

void write_text(const Report&, std::ostream&);
void write_json(const Report&, std::ostream&);
void write_sarif(const Report&, std::ostream&);

// "C:\a b.yaml" and "a b.yaml" as URI references: "file:///C:/a%20b.yaml", "a%20b.yaml".
std::string uri_of_file(std::string_view name);

}  // namespace cw::cli::check
