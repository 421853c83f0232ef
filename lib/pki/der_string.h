// Character strings of X.509: choosing a type when writing, reading all types that Go reads. Private to
// lib/pki. Source: X.680 §41; Go encoding/asn1 and crypto/x509 parseASN1String. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/pki/der.h"

namespace cw::pki::der {

// PrintableString if every character allows it ('*' and '&' do not), else UTF8String. Invalid: not UTF-8.
Result<std::string> character_string(std::string_view text);
// As UTF-8. nullopt: not a string type. Invalid: a character that the type does not have.
Result<std::optional<std::string>> decode_character_string(const Element&);
bool is_ascii(std::string_view text);
// For error messages, whatever the bytes are: in quotes, shortened, always valid UTF-8.
std::string shown(std::string_view text);

}  // namespace cw::pki::der
