#include "lib/dns01/aws_credentials.h"

#include "lib/base/ascii.h"
#include "lib/base/file.h"
#include "lib/base/time_text.h"
#include "lib/dns01/aws_ambient.h"
#include "lib/dns01/texts.h"

namespace cw::dns01 {
namespace {

constexpr std::size_t kMaxToken = 1UL << 16U;
constexpr std::string_view kVersion = "2011-06-15";
constexpr std::string_view kSession = "certwright";

AwsKeys copy_of(const AwsKeys& keys) {
  return {.access_key_id = keys.access_key_id,
          .secret_access_key = SecretBytes(std::string(keys.secret_access_key.reveal())),
          .session_token = SecretBytes(std::string(keys.session_token.reveal()))};
}

http::FetchRequest form(const std::string& endpoint, const Parameters& parameters) {
  return {.method = "POST",
          .url = endpoint + "/",
          .body = url_encoded(parameters),
          .content_type = "application/x-www-form-urlencoded; charset=utf-8"};
}

}  // namespace

AwsCredentials::Fresh AwsCredentials::ask_sts(const Call& call, std::string_view result) {
  auto answer = exchange_xml(wires_.fetch, call);
  if (!answer) return std::move(answer).error().error;
  const auto* given = answer->at({result, "Credentials"});
  if (given == nullptr) return broken_answer(call, "the answer has no credentials");
  AwsKeys keys{.access_key_id = given->text_at({"AccessKeyId"}),
               .secret_access_key = SecretBytes(given->text_at({"SecretAccessKey"})),
               .session_token = SecretBytes(given->text_at({"SessionToken"}))};
  const auto expires = parse_time(given->text_at({"Expiration"}));
  if (keys.access_key_id.empty() || keys.secret_access_key.empty() || !expires) {
    return broken_answer(call, "the answer has no whole credentials");
  }
  return Expiring<AwsKeys>{std::move(keys), *expires};
}

AwsCredentials::Fresh AwsCredentials::assume_role(const AwsKeys& keys) {
  Call call{"AWS STS",
            "assume the role",
            form(settings_.sts_endpoint, {{"Action", "AssumeRole"},
                                          {"Version", std::string(kVersion)},
                                          {"RoleArn", settings_.role},
                                          {"RoleSessionName", std::string(kSession)}}),
            {keys.secret_access_key.reveal(), keys.session_token.reveal()}};
  TRY(sign_aws(call.request, keys, {settings_.sts_region, "sts"}, wires_.clock.now()));
  return ask_sts(call, "AssumeRoleResult");
}

AwsCredentials::Fresh AwsCredentials::assume_role_by_token(const std::string& role,
                                                           const SecretBytes& token) {
  const Call call{"AWS STS",
                  "assume the role by web identity",
                  form(settings_.sts_endpoint, {{"Action", "AssumeRoleWithWebIdentity"},
                                                {"Version", std::string(kVersion)},
                                                {"RoleArn", role},
                                                {"RoleSessionName", std::string(kSession)},
                                                {"WebIdentityToken", std::string(token.reveal())}}),
                  {token.reveal()}};
  return ask_sts(call, "AssumeRoleWithWebIdentityResult");
}

AwsCredentials::Fresh AwsCredentials::base_keys() {
  if (!settings_.keys.access_key_id.empty()) return Expiring<AwsKeys>{copy_of(settings_.keys), kNeverExpires};
  if (!settings_.ambient) {
    return Error{Code::Invalid, "route53: it has no credentials, and the issuer may not use ambient ones"};
  }
  if (auto keys = aws_environment_keys(wires_); !keys.access_key_id.empty()) {
    return Expiring<AwsKeys>{std::move(keys), kNeverExpires};
  }
  const auto file = wires_.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = wires_.environment("AWS_ROLE_ARN");
  if (!file.empty() && !role.empty()) {
    const SecretBytes token(std::string(trimmed(TRY(read_file(file, kMaxToken)), " \r\n")));
    return assume_role_by_token(role, token);
  }
  return aws_metadata_keys(wires_);
}

AwsCredentials::Fresh AwsCredentials::renew() {
  if (settings_.identity_token) {
    if (settings_.role.empty()) {
      return Error{Code::Invalid, "route53.role: it is needed with route53.auth.kubernetes"};
    }
    return assume_role_by_token(settings_.role, TRY(settings_.identity_token()));
  }
  auto keys = TRY(base_keys());
  if (settings_.role.empty()) return keys;
  return assume_role(keys.value);
}

}  // namespace cw::dns01
