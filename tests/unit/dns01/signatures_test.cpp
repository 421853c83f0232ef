// Signatures against numbers that the providers have published.
#include <catch2/catch.hpp>

#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/dns01/aws_signature.h"
#include "lib/dns01/edge_grid.h"
#include "lib/pki/digest.h"

using namespace cw;         // NOLINT(google-build-using-namespace)
using namespace cw::dns01;  // NOLINT(google-build-using-namespace)

namespace {

std::string header_of(const http::FetchRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

AwsKeys suite_keys(const std::string& session = "") {
  return {.access_key_id = "AKIDEXAMPLE",
          .secret_access_key = SecretBytes("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          .session_token = SecretBytes(session)};
}

std::string signature_of(http::FetchRequest request, const AwsScope& scope, const AwsKeys& keys) {
  REQUIRE(sign_aws(request, keys, scope, *parse_time("2015-08-30T12:36:00Z")).has_value());
  const auto proof = header_of(request, "Authorization");
  return proof.substr(proof.find("Signature=") + 10);
}

}  // namespace

TEST_CASE("HMAC-SHA256 as RFC 4231 has it") {
  CHECK(encode_hex(pki::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(encode_hex(pki::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("AWS's test suite of Signature Version 4") {
  const AwsScope scope{"us-east-1", "service"};
  const std::string host = "https://example.amazonaws.com/";
  CHECK(signature_of({.url = host}, scope, suite_keys()) ==
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");  // get-vanilla
  CHECK(signature_of({.url = host + "?Param2=value2&Param1=value1"}, scope, suite_keys()) ==
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf250"
        "0");  // get-vanilla-query-order-key-case
  CHECK(signature_of({.method = "POST", .url = host}, scope, suite_keys()) ==
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");  // post-vanilla
  CHECK(signature_of({.method = "POST",
                      .url = host,
                      .body = "Param1=value1",
                      .content_type = "application/x-www-form-urlencoded"},
                     scope, suite_keys()) ==
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");  // post-x-www-form-urlencoded
}

TEST_CASE("AWS's example of the documentation: a request to IAM") {
  CHECK(signature_of({.url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                      .content_type = "application/x-www-form-urlencoded; charset=utf-8"},
                     {"us-east-1", "iam"},
                     suite_keys()) == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST_CASE("a session's token goes along, signed") {
  http::FetchRequest request{.url = "https://example.amazonaws.com/"};
  REQUIRE(sign_aws(request, suite_keys("token"), {"us-east-1", "service"},
                   TimePoint(std::chrono::seconds(1440938160)))
              .has_value());
  CHECK(header_of(request, "X-Amz-Security-Token") == "token");
  CHECK(header_of(request, "X-Amz-Date") == "20150830T123600Z");
  CHECK(header_of(request, "Authorization").find("SignedHeaders=host;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
}

TEST_CASE("EdgeGrid's test data of Akamai's clients") {
  const EdgeGridKeys keys{.client_token = SecretBytes("akab-client-token-xxx-xxxxxxxxxxxxxxxx"),
                          .client_secret = SecretBytes("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx="),
                          .access_token = SecretBytes("akab-access-token-xxx-xxxxxxxxxxxxxxxx")};
  const std::string host = "https://akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net";
  const auto now = *parse_time("2014-03-21T19:34:21Z");
  const auto signature = [&](const http::FetchRequest& request) {
    const auto header = edge_grid_authorization(request, keys, now, "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    REQUIRE(header.has_value());
    CHECK(header->starts_with(
        "EG1-HMAC-SHA256 client_token=akab-client-token-xxx-xxxxxxxxxxxxxxxx;access_token="
        "akab-access-token-xxx-xxxxxxxxxxxxxxxx;timestamp=20140321T19:34:21+0000;nonce="
        "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx;signature="));
    return header->substr(header->find("signature=") + 10);
  };
  CHECK(signature({.url = host + "/"}) == "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU=");
  CHECK(signature({.url = host + "/testapi/v1/t1?p1=1&p2=2"}) ==
        "hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA=");
  CHECK(signature(
            {.method = "POST", .url = host + "/testapi/v1/t3", .body = "datadatadatadatadatadatadatadata"}) ==
        "hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4=");
  CHECK(signature({.method = "PUT", .url = host + "/testapi/v1/t6", .body = "PUTPUTPUTPUTPUTPUTPUT"}) ==
        "GNBWEYSEWOLtu+7dD52da2C39aX/Jchpon3K/AmBqBU=");
}
