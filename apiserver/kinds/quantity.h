// Amounts with a suffix ("500m", "1.5Gi", "2e3") in their one form, as Kubernetes stores them. Pure.
// Source: k8s.io/apimachinery pkg/api/resource/quantity.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace cw::apiserver {

// "0.5" is "500m", "1024Mi" is "1Gi". Invalid with Go's words if the text is no amount. What does not fit
// into 64 bits stays as it is written.
Result<std::string> canonical_quantity(std::string_view text);

// An amount as it is written: digits of the whole part and the fraction, how many are the fraction's, and the
// suffix as an exponent of ten or of two. Invalid as above.
struct QuantityParts {
  bool negative = false;
  std::string digits;
  int places = 0;
  bool is_binary = false;
  int exponent = 0;
};
Result<QuantityParts> read_quantity(std::string_view text);

// The sign of an amount in its one form: -1, 0, 1.
int quantity_sign(std::string_view canonical);
// a - b as a sign; nullopt if either does not fit into 64 bits of thousandths.
std::optional<int> compare_quantities(std::string_view a, std::string_view b);

}  // namespace cw::apiserver
