// From a TlsSource of the flags to what serves it. Errors: Invalid options.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/http/tls_identity.h"
#include "lib/kube/client.h"
#include "lib/pki/private_key.h"
#include "webhook/serving/certificate.h"
#include "webhook/serving/tls_source.h"

namespace cw::webhook {

// Whose trust is looked after.
enum class Callers : std::uint8_t { ApiServers, Others };

struct SourceDependencies {
  const Clock& clock;
  pki::KeyMaker& keys;
  const kube::KubeReader* reader;  // nullptr: no API server is known; then dynamic serving is Invalid
  kube::KubeWriter* writer;
};

// Without a certificate yet.
Result<std::shared_ptr<http::TlsIdentity>> identity_of(const TlsSource&);
// `configurations`: names, see OurConfigurations. Everything passed by reference must outlive the result.
Result<std::unique_ptr<ServingCertificate>> certificate_of(const TlsSource&, const SourceDependencies&,
                                                           std::shared_ptr<http::TlsIdentity>, Callers,
                                                           std::vector<std::string> configurations = {});

}  // namespace cw::webhook
