// Usage strings of the API ("server auth") <-> key usage bits and extended key usage OIDs.
// Source: cert-manager pkg/apis/certmanager/v1 KeyUsage, pkg/util/pki/keyusage.go. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/extensions.h"

namespace cw::issuance {

struct Usages {
  pki::KeyUsage key_usage = 0;
  std::vector<std::string> extended = {};  // dotted OIDs, in the order given
  bool operator==(const Usages&) const = default;
};

bool is_known_usage(std::string_view usage);
// Those of the list that is_known_usage refuses, in order (CRQ-05, CRT-33).
std::vector<std::string> unknown_usages(const std::vector<std::string>& usages);

enum class IsCa : bool { No, Yes };
// An empty list means digital signature + key encipherment; a CA adds cert sign. Invalid: unknown usages.
Result<Usages> expected_usages(const std::vector<std::string>& usages, IsCa);

// The OIDs that the field recognises in a request, unknown ones left out (CRQ-13).
std::vector<std::string> recognised_extended_usages(const std::vector<std::string>& oids);
// Usage strings in bit order, for messages.
std::vector<std::string> key_usage_names(pki::KeyUsage);
// Usage strings; an OID without one as it is.
std::vector<std::string> extended_usage_names(const std::vector<std::string>& oids);

}  // namespace cw::issuance
