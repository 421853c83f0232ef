#include "lib/dns01/aws_call.h"

#include <algorithm>
#include <array>

#include "lib/base/ascii.h"

namespace cw::dns01 {
namespace {

template <std::size_t N>
bool is_one_of(const std::string& code, const std::array<std::string_view, N>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

constexpr std::array<std::string_view, 7> kTryAgain{
    "Throttling",           "ThrottlingException",   "PriorRequestNotComplete",
    "RequestLimitExceeded", "IDPCommunicationError", "ServiceUnavailable",
    "InternalFailure"};
constexpr std::array<std::string_view, 8> kForbidden{
    "AccessDenied",         "AccessDeniedException", "ExpiredToken",          "ExpiredTokenException",
    "InvalidIdentityToken", "InvalidClientTokenId",  "SignatureDoesNotMatch", "UnrecognizedClientException"};
// Their words tell of the time or of the request.
constexpr std::array<std::string_view, 4> kUnsteadyWords{
    "SignatureDoesNotMatch", "RequestExpired", "InvalidSignatureException", "ExpiredTokenException"};

Code code_of_aws(const std::string& code, int status) {
  if (is_one_of(code, kTryAgain)) return Code::Unavailable;
  if (is_one_of(code, kForbidden)) return Code::Forbidden;
  return code_of(status);
}

AwsRefusal refusal_in(const Call& call, int status, const XmlElement& body) {
  AwsRefusal refused;
  if (body.name == "ErrorResponse") {
    refused.code = body.text_at({"Error", "Code"});
    refused.message = body.text_at({"Error", "Message"});
  } else if (const auto* messages = body.child("Messages")) {
    refused.code = body.name;  // InvalidChangeBatch
    for (const auto& message : messages->children) refused.message += message.text;
  } else {
    refused.code = body.text_at({"Code"});
    refused.message = body.text_at({"Message"});
  }
  const bool steady = !is_one_of(refused.code, kUnsteadyWords) && !refused.message.empty();
  refused.error = refusal(call, status, refused.code + (steady ? ": " + refused.message : ""));
  refused.error.code = code_of_aws(refused.code, status);
  return refused;
}

bool is_region(const std::string& region) {
  return region.size() <= 32 &&
         std::ranges::all_of(region, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace

Result<XmlElement, AwsRefusal> exchange_xml(http::HttpFetch& fetch, const Call& call) {
  auto answer = exchange(fetch, call);
  if (!answer) return AwsRefusal{std::move(answer).error(), {}, {}};
  auto body = parse_xml(answer->body);
  if (is_success(answer->status)) {
    if (!body) return AwsRefusal{broken_answer(call, "the answer is no XML"), {}, {}};
    return std::move(body).value();
  }
  if (!body) return AwsRefusal{refusal(call, answer->status, ""), {}, {}};
  return refusal_in(call, answer->status, *body);
}

Result<AwsPlaces> aws_places(const std::string& region) {
  if (!is_region(region)) return Error{Code::Invalid, "route53.region: it is no name of a region"};
  if (region.starts_with("cn-")) {
    return AwsPlaces{"https://route53.amazonaws.com.cn", "cn-northwest-1",
                     "https://sts." + region + ".amazonaws.com.cn", region};
  }
  if (region.starts_with("us-gov-")) {
    return AwsPlaces{"https://route53.us-gov.amazonaws.com", "us-gov-west-1",
                     "https://sts." + region + ".amazonaws.com", region};
  }
  if (region.empty()) {
    return AwsPlaces{"https://route53.amazonaws.com", "us-east-1", "https://sts.amazonaws.com", "us-east-1"};
  }
  return AwsPlaces{"https://route53.amazonaws.com", "us-east-1", "https://sts." + region + ".amazonaws.com",
                   region};
}

}  // namespace cw::dns01
