// What policy sees of a request from bytes. All text is UTF-8; what Csr reads for signing is seen here too,
// name for name, so nothing is signed that no policy looked at; a guard takes any of it.
#include <algorithm>
#include <string_view>

#include "lib/base/encoding.h"
#include "lib/pki/csr.h"
#include "lib/pki/pem.h"
#include "lib/policy/guard.h"
#include "lib/policy/request_view.h"
#include "tests/fuzz/targets.h"

namespace cw::fuzz {
namespace {

using Strings = std::vector<std::string>;

bool all_utf8(const Strings& texts) { return std::all_of(texts.begin(), texts.end(), is_valid_utf8); }

void check_texts(const policy::RequestView& view) {
  CW_ASSERT(all_utf8(view.dns_names) && all_utf8(view.ip_addresses) && all_utf8(view.uris) &&
            all_utf8(view.email_addresses));
  for (const auto& value : view.subject)
    CW_ASSERT(is_valid_utf8(value.shown) && is_valid_utf8(value.text.value_or("")));
  for (const auto& group : view.other_names) CW_ASSERT(!group.values.empty() && all_utf8(group.values));
  for (const auto& name : view.unnameable) CW_ASSERT(!name.detail.empty() && is_valid_utf8(name.detail));
}

// The values of the Subject in the order of the DER.
Strings subject_values(const pki::Csr& csr) {
  Strings values;
  for (const auto& relative : csr.subject()) {
    for (const auto& attribute : relative) values.push_back(attribute.value);
  }
  return values;
}

void check_against(const pki::Csr& csr, const policy::RequestView& view) {
  const auto& names = csr.subject_alt_names();
  CW_ASSERT(view.dns_names == names.dns_names && view.email_addresses == names.email_addresses);
  CW_ASSERT(view.uris.size() == names.uris.size() && view.ip_addresses.size() == names.ip_addresses.size());
  Strings values;
  for (const auto& value : view.subject) values.push_back(value.text.value_or(""));
  CW_ASSERT(values == subject_values(csr));
  std::size_t others = 0;
  for (const auto& group : view.other_names) others += group.values.size();
  CW_ASSERT(others == names.other_names.size() || !view.unnameable.empty());
}

void check_guard(const policy::RequestView& view) {
  const kube::Map annotations{{"certwright.dev/allowed-dns", "**.{namespace}.example.com"},
                              {"certwright.dev/max-sans", "3"}};
  for (const auto& failure : policy::Guard::of(annotations)->check(view, nullptr)) {
    CW_ASSERT(is_valid_utf8(failure.shown) && is_valid_utf8(failure.detail));
  }
}

}  // namespace

void policy_view(std::string_view bytes) {
  api::CertificateRequest request;
  request.metadata.name_space = "team";
  request.spec.request = kube::Bytes(pki::encode_pem("CERTIFICATE REQUEST", bytes));
  const auto view = policy::view_of(request);
  const auto csr = pki::Csr::parse_pem(request.spec.request.text());
  if (!view) {
    CW_ASSERT(view.error().code == Code::Invalid && is_valid_utf8(view.error().message));
    CW_ASSERT(!csr);
    return;
  }
  check_texts(*view);
  check_guard(*view);
  if (csr) check_against(*csr, *view);
}

}  // namespace cw::fuzz
