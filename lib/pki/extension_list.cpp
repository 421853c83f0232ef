#include "lib/pki/extension_list.h"

#include <algorithm>

namespace cw::pki {
namespace {

Result<Extension> decode_extension(der::Reader& list) {
  der::Reader reader = TRY(list.enter(der::kSequence, "extension"));
  Extension found;
  found.oid = TRY(der::decode_oid(TRY(reader.content(der::kOid, "extension identifier"))));
  if (reader.next_is(der::kBoolean)) {
    found.critical = TRY(der::decode_boolean(TRY(reader.content(der::kBoolean, "extension criticality"))));
  }
  found.value = TRY(reader.content(der::kOctetString, "extension value"));
  TRY(reader.expect_end("extension"));
  return found;
}

// Sorting copies of the identifiers: a hostile list may have thousands.
Status check_unique(const std::vector<Extension>& extensions) {
  std::vector<std::string_view> oids;
  oids.reserve(extensions.size());
  for (const Extension& extension : extensions) oids.push_back(extension.oid);
  std::sort(oids.begin(), oids.end());
  const auto twice = std::adjacent_find(oids.begin(), oids.end());
  if (twice == oids.end()) return Done{};
  return Error{Code::Invalid, "extension " + std::string(*twice) + " is given twice"};
}

}  // namespace

Result<std::string> encode_extension(const Extension& extension) {
  return der::sequence(TRY(der::encode_oid(extension.oid)) +
                       (extension.critical ? der::boolean_true() : std::string()) +
                       der::octet_string(extension.value));
}

Status decode_extension_list(std::string_view content, std::vector<Extension>& into) {
  der::Reader list(content);
  while (!list.at_end()) into.push_back(TRY(decode_extension(list)));
  return check_unique(into);
}

}  // namespace cw::pki
