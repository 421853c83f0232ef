#include "lib/dns01/aws_ambient.h"

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/base/file.h"
#include "lib/base/time_text.h"
#include "lib/dns01/exchange.h"
#include "lib/http/base_url.h"
#include "lib/http/url.h"
#include "lib/kube/json_access.h"

namespace cw::dns01 {
namespace {

constexpr std::string_view kProvider = "AWS";
constexpr std::size_t kMaxToken = 1UL << 16U;

// Links that only the host or the machine's own network answers; anything else has to be https.
bool may_ask(const std::string& url) {
  const auto split = http::split_url(url);
  if (!split) return false;
  const auto base = http::parse_base_url(split->origin);
  if (!base) return false;
  return base->scheme == http::BaseUrl::Scheme::Https || base->host == "localhost" ||
         base->host.starts_with("127.") || base->host == "::1" || base->host == "169.254.170.2" ||
         base->host == "169.254.170.23" || base->host == "fd00:ec2::23";
}

Result<Expiring<AwsKeys>> keys_in(const Call& call, const kube::Json& body) {
  AwsKeys keys{.access_key_id = kube::text_member(body, "AccessKeyId"),
               .secret_access_key = SecretBytes(kube::text_member(body, "SecretAccessKey")),
               .session_token = SecretBytes(kube::text_member(body, "Token"))};
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    return broken_answer(call, "the answer has no keys");
  }
  const auto expires = parse_time(kube::text_member(body, "Expiration"));
  return Expiring<AwsKeys>{std::move(keys), expires ? *expires : kNeverExpires};
}

Result<std::string> container_authorization(const Wires& wires) {
  const auto file = wires.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (file.empty()) return wires.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  return std::string(trimmed(TRY(read_file(file, kMaxToken)), " \r\n"));
}

Result<Expiring<AwsKeys>> container_keys(const Wires& wires, const std::string& url) {
  if (!may_ask(url)) {
    return Error{Code::Invalid,
                 "AWS: AWS_CONTAINER_CREDENTIALS_FULL_URI: neither https nor an address of this host"};
  }
  const auto authorization = TRY(container_authorization(wires));
  Call call{kProvider, "get the container's credentials", {.url = url}, {authorization}};
  if (!authorization.empty()) call.request.headers = {{"Authorization", authorization}};
  const auto body = TRY(exchange_json(wires.fetch, call));
  return keys_in(call, body);
}

Result<std::string> metadata_text(const Wires& wires, const Call& call) {
  const auto answer = TRY(exchange(wires.fetch, call));
  if (!is_success(answer.status)) return refusal(call, answer.status, "");
  return std::string(trimmed(answer.body, " \r\n"));
}

Result<Expiring<AwsKeys>> machine_keys(const Wires& wires) {
  auto base = wires.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (base.empty()) base = "http://169.254.169.254";
  if (base.ends_with('/')) base.pop_back();
  const auto token =
      TRY(metadata_text(wires, {kProvider,
                                "ask the machine's metadata service for a session",
                                {.method = "PUT",
                                 .url = base + "/latest/api/token",
                                 .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "300"}}}}));
  const std::string path = base + "/latest/meta-data/iam/security-credentials/";
  const http::FetchRequest ask{.url = path, .headers = {{"X-aws-ec2-metadata-token", token}}};
  Call call{kProvider, "ask the machine's metadata service for its role", ask, {token}};
  const auto roles = TRY(metadata_text(wires, call));
  call.action = "ask the machine's metadata service for credentials";
  call.request.url = path + roles.substr(0, roles.find('\n'));
  const auto body = TRY(exchange_json(wires.fetch, call));
  return keys_in(call, body);
}

}  // namespace

AwsKeys aws_environment_keys(const Wires& wires) {
  AwsKeys keys{.access_key_id = wires.environment("AWS_ACCESS_KEY_ID"),
               .secret_access_key = SecretBytes(wires.environment("AWS_SECRET_ACCESS_KEY")),
               .session_token = SecretBytes(wires.environment("AWS_SESSION_TOKEN"))};
  return keys.access_key_id.empty() || keys.secret_access_key.empty() ? AwsKeys{} : std::move(keys);
}

Result<Expiring<AwsKeys>> aws_metadata_keys(const Wires& wires) {
  if (const auto path = wires.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty()) {
    return container_keys(wires, "http://169.254.170.2" + path);
  }
  if (const auto url = wires.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI"); !url.empty()) {
    return container_keys(wires, url);
  }
  if (lower_case(wires.environment("AWS_EC2_METADATA_DISABLED")) == "true") {
    return Error{Code::Invalid,
                 "AWS: no credentials in the environment, and AWS_EC2_METADATA_DISABLED is set"};
  }
  return machine_keys(wires);
}

}  // namespace cw::dns01
