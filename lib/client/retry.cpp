#include "lib/client/retry.h"

#include <algorithm>
#include <charconv>

namespace cw::client {
namespace {

using std::chrono::milliseconds;

bool is_put_off(const http::ClientResponse& answer) {
  return answer.status == 429 || (answer.status == 503 && !answer.header("Retry-After").empty());
}

bool is_worth_another_try(std::string_view method, const Result<http::ClientResponse>& answer) {
  const bool reads = method == "GET";
  if (!answer) return reads && answer.error().code == Code::Unavailable;
  return is_put_off(*answer) || (reads && answer->status >= 500 && answer->status != 501);
}

milliseconds asked_pause(const Result<http::ClientResponse>& answer) {
  if (!answer) return milliseconds(0);
  const std::string_view text =
      answer->header("Retry-After");  // the form with a date is not used by Kubernetes
  int seconds = 0;
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool usable = failed == std::errc() && rest == text.data() + text.size() && seconds > 0;
  return usable ? milliseconds(1000) * std::min(seconds, 3600) : milliseconds(0);
}

}  // namespace

std::optional<milliseconds> pause_before_retry(const RetryPolicy& policy, std::string_view method,
                                               const Result<http::ClientResponse>& answer, int attempt) {
  if (attempt >= policy.attempts || !is_worth_another_try(method, answer)) return std::nullopt;
  const milliseconds backed_off =
      policy.first_pause * (1U << static_cast<unsigned>(std::min(attempt - 1, 10)));
  return std::min(std::max(backed_off, asked_pause(answer)), policy.longest_pause);
}

}  // namespace cw::client
