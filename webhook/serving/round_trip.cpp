#include "webhook/serving/round_trip.h"

#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/base/log.h"
#include "lib/base/random.h"

namespace cw::webhook {
namespace {

using kube::Json;

constexpr std::string_view kNoRequest = "no request";  // refused by /validate, should anyone store it

bool is_about_tls(const Error& error) {
  return error.message.find("x509: ") != std::string::npos ||
         error.message.find("tls: ") != std::string::npos;
}

// Words of an API server that did not get an answer from a webhook.
bool is_unanswered(const Error& error) {
  return error.code == Code::Internal || error.code == Code::Unavailable;
}

}  // namespace

RoundTrip::RoundTrip(kube::KubeWriter& writer, std::string name_space)
    : writer_(writer),
      name_space_(std::move(name_space)),
      name_("round-trip-" + encode_hex(random_bytes(16))) {}

void RoundTrip::notice(std::string_view review) {
  if (!waiting_.load(std::memory_order_relaxed)) return;
  if (review.find(name_) != std::string_view::npos) seen_.store(true);
}

RoundTrip::Outcome RoundTrip::attempt() {
  const Json request{{"apiVersion", kube::api_version(api::kCertificateRequests)},
                     {"kind", std::string(api::kCertificateRequests.kind)},
                     {"metadata", {{"name", name_}, {"namespace", name_space_}}},
                     {"spec", {{"request", encode_base64(kNoRequest)}, {"issuerRef", {{"name", "none"}}}}}};
  kube::WriteOptions options;
  options.dry_run = true;
  waiting_.store(true);
  const Result<Json> answer = writer_.create(api::kCertificateRequests, request, options);
  waiting_.store(false);
  if (!answer && is_about_tls(answer.error())) return Outcome::Distrust;
  const bool seen = seen_.exchange(false);
  if (seen && (answer || !is_unanswered(answer.error()))) return Outcome::Proven;
  if (!answer) log::debug("the dry run did not come back", {{"error", answer.error().message}});
  return Outcome::Elsewhere;
}

}  // namespace cw::webhook
