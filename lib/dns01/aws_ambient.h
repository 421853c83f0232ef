// AWS keys from the surroundings: environment variables, the container's metadata service (ECS, EKS Pod
// Identity), the machine's (EC2, IMDSv2). Source: AWS SDK reference, "Standardized credential providers".
// Errors: Unavailable (a service does not answer), Invalid (nothing there).
#pragma once

#include "lib/base/result.h"
#include "lib/dns01/aws_signature.h"
#include "lib/dns01/renewed.h"
#include "lib/dns01/wires.h"

namespace cw::dns01 {

// Keys that never expire.
inline constexpr TimePoint kNeverExpires = TimePoint::max() - std::chrono::hours(1);

// Not set: empty.
AwsKeys aws_environment_keys(const Wires&);
Result<Expiring<AwsKeys>> aws_metadata_keys(const Wires&);

}  // namespace cw::dns01
