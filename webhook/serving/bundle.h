// The caBundle of a webhook configuration: the CAs of our own that an API server shall trust. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/pki/certificate.h"

namespace cw::webhook {

struct WantedBundle {
  std::vector<pki::Certificate>
      required;  // the stored CA first, then the one that is still shown, if another
  TimePoint now;
  // For so long after the stored CA was made, earlier CAs of ours stay trusted: other replicas may show them.
  std::chrono::seconds overlap{0};
};

// All certificates of the text; none if it does not parse.
std::vector<pki::Certificate> read_bundle(std::string_view pem);
bool contains(const std::vector<pki::Certificate>&, const pki::Certificate&);

// nullopt: the text holds what is wanted and no more. Else the text to put in its place: earlier CAs of ours
// that are still to be trusted, in their order, then the required ones that were missing. What is not ours
// goes.
std::optional<std::string> mended_bundle(std::string_view pem, const WantedBundle&);

}  // namespace cw::webhook
