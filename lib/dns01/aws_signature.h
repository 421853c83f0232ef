// AWS Signature Version 4: signs a request with an access key. Pure.
// Source: AWS "Signature Version 4 signing process" (AWS4-HMAC-SHA256), its test suite in the unit tests.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/base/secret.h"
#include "lib/http/fetch.h"

namespace cw::dns01 {

struct AwsKeys {
  std::string access_key_id;
  SecretBytes secret_access_key;
  SecretBytes session_token;  // empty: keys of a user
};

struct AwsScope {
  std::string_view region;
  std::string_view service;
};

// Adds X-Amz-Date, X-Amz-Security-Token and Authorization. Signs the host, Content-Type and these. Invalid:
// the URL does not parse.
Status sign_aws(http::FetchRequest&, const AwsKeys&, const AwsScope&, TimePoint now);

}  // namespace cw::dns01
