// From the API's form of a DNS-01 provider and its credentials to the settings of its publisher. Pure but
// that credentials are taken out. Errors: Invalid, with the field.
#pragma once

#include <string>

#include "controller/acme/dns01_credentials.h"
#include "controller/acme/solver.h"
#include "lib/api/dns01.h"
#include "lib/dns01/acme_dns.h"
#include "lib/dns01/akamai.h"
#include "lib/dns01/azure_dns.h"
#include "lib/dns01/cloud_dns.h"
#include "lib/dns01/cloudflare.h"
#include "lib/dns01/rfc2136.h"
#include "lib/dns01/route53.h"

namespace cw::controller::acme {

// Without identity_token.
Result<dns01::Route53Settings> route53_settings(const api::Dns01Route53&, const SolverScope&,
                                                Dns01Credentials&);
dns01::CloudflareSettings cloudflare_settings(const api::Dns01Cloudflare&, Dns01Credentials&);
Result<dns01::CloudDnsSettings> cloud_dns_settings(const api::Dns01CloudDns&, const SolverScope&,
                                                   Dns01Credentials&);
Result<dns01::AzureDnsSettings> azure_dns_settings(const api::Dns01AzureDns&, const SolverScope&,
                                                   Dns01Credentials&);
dns01::AkamaiSettings akamai_settings(const api::Dns01Akamai&, Dns01Credentials&);
Result<dns01::AcmeDnsSettings> acme_dns_settings(const api::Dns01AcmeDns&, const std::string& domain,
                                                 Dns01Credentials&);
dns01::Rfc2136Settings rfc2136_settings(const api::Dns01Rfc2136&, Dns01Credentials&);

}  // namespace cw::controller::acme
