// Does the target Secret hold what the Certificate asks for? The checks that trigger and readiness share, in
// the field's order; the first that finds something decides the reason. Pure.
// Source: reference/controllers.md 1.2, checks 1 to 8.
#pragma once

#include <optional>
#include <string>

#include "controller/certificates/view.h"

namespace cw::controller::certificates {

std::optional<Finding> first_mismatch(const View&);
// Only whether there is a readable key pair at all: checks 1 to 3.
std::optional<Finding> missing_pair(const View&);

// Why a Secret of a foreign type (SecretFacts::foreign_type) is left alone, and what to do; for people.
std::string foreign_secret_text(const std::string& name, const std::string& type);

// Same key, whatever the encoding of the two was.
bool same_key(const std::string& spki, const std::string& other_spki);

}  // namespace cw::controller::certificates
