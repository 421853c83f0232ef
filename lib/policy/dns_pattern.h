// "**.{namespace}.example.com": which DNS names, label by label. A label '*' is exactly one label, '**' is
// one or more; {namespace} in a label is the name of the namespace that asks and nothing else. Names are
// compared in lower case, without the dot at the end. A wildcard name "*.example.com" asks for every label in
// that place, so only '*' and '**' match its '*'. Immutable; pure. Matching takes the product of the numbers
// of labels at worst.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace cw::policy {

class DnsPattern {
 public:
  // Invalid: an empty label, a '*' beside other characters, a character that no host name has.
  static Result<DnsPattern> parse(std::string_view text);
  // A name with a label that no host has (empty, a blank, '*' beside other characters) is never matched.
  bool matches(std::string_view name, std::string_view name_space) const;

 private:
  std::vector<std::string> labels_;  // lower case
};

}  // namespace cw::policy
