#include "lib/acme/http_client.h"

#include <algorithm>
#include <thread>

#include "lib/acme/http_client_impl.h"
#include "lib/acme/jws.h"
#include "lib/acme/links.h"
#include "lib/acme/problem.h"
#include "lib/acme/text_rules.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/pki/jwk.h"

namespace cw::acme {
namespace {

using Shared = std::shared_lock<std::shared_mutex>;

constexpr int kNotFound = 404;

std::string order_payload(const OrderRequest& request) {
  std::string text = R"({"identifiers":[)";
  for (const Identifier& identifier : request.identifiers) {
    if (&identifier != &request.identifiers.front()) text += ',';
    text +=
        R"({"type":)" + json_quoted(identifier.type) + R"(,"value":)" + json_quoted(identifier.value) + "}";
  }
  text += "]";
  if (request.not_after) text += R"(,"notAfter":)" + json_quoted(format_time(*request.not_after));
  if (!request.profile.empty()) text += R"(,"profile":)" + json_quoted(request.profile);
  if (!request.replaces.empty()) text += R"(,"replaces":)" + json_quoted(request.replaces);
  return text + "}";
}

// What a new order is about, for what the server wants to wait with.
std::string names_of(const OrderRequest& request) {
  std::vector<std::string> names;
  names.reserve(request.identifiers.size());
  for (const Identifier& identifier : request.identifiers) names.push_back(identifier.value);
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

void fill_holes(HttpAcmeClientOptions& options) {
  if (!options.steady_now) options.steady_now = [] { return std::chrono::steady_clock::now(); };
  if (!options.pause)
    options.pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
}

}  // namespace

HttpAcmeClient::HttpAcmeClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpAcmeClient::~HttpAcmeClient() = default;

Result<std::unique_ptr<HttpAcmeClient>> HttpAcmeClient::create(HttpAcmeClientOptions options,
                                                               const pki::PrivateKey& account_key,
                                                               std::shared_ptr<http::HttpFetch> fetch,
                                                               const Clock& clock) {
  TRY(check_server_url(options.server_url, false));
  fill_holes(options);
  std::string thumbprint = TRY(pki::jwk_thumbprint(account_key.public_key()));
  const std::string account_url = options.account_url;
  if (!account_url.empty()) TRY(check_server_url(account_url, options.server_url.starts_with("https://")));
  std::unique_ptr<Impl> impl(new Impl{.exchange = Exchange(std::move(options), std::move(fetch), clock),
                                      .speaking = {},
                                      .key = account_key,
                                      .thumbprint = std::move(thumbprint),
                                      .account_url = account_url});
  return std::unique_ptr<HttpAcmeClient>(new HttpAcmeClient(std::move(impl)));
}

Answer<Directory> HttpAcmeClient::directory() { return impl_->exchange.directory(); }

// -- orders --

Answer<Order> HttpAcmeClient::Impl::post_new_order(const OrderRequest& request) {
  const Call call{.action = "authorize_order",
                  .endpoint = Endpoint::NewOrder,
                  .url = TRY(exchange.directory()).new_order,
                  .subject = names_of(request)};
  const auto response = TRY(post(call, order_payload(request)));
  Order order = TRY(decode_order(exchange.body_of(response)));
  order.url = TRY(exchange.location(response, "order"));
  order.retry_after = exchange.retry_after(response);
  return order;
}

Answer<Order> HttpAcmeClient::Impl::try_new_order(const OrderRequest& request) {
  // Renewals that follow the server's renewal information are not limited by it.
  if (request.replaces.empty()) {
    if (auto wait = exchange.take_order()) return *std::move(wait);
  }
  auto order = post_new_order(request);
  if (!order && order.error().problem.status == kNotFound && exchange.forget_directory()) {
    order = post_new_order(request);
  }
  return order;
}

Answer<Order> HttpAcmeClient::new_order(const OrderRequest& request) {
  const Shared lock(impl_->speaking);
  const Directory directory = TRY(impl_->exchange.directory());
  if (!request.profile.empty() && directory.profiles.count(request.profile) == 0) {
    return unsupported("acme: certificate authority does not advertise a profile with name " +
                       request.profile);
  }
  OrderRequest taken = request;
  if (directory.renewal_info.empty()) taken.replaces.clear();
  auto order = impl_->try_new_order(taken);
  if (order || taken.replaces.empty() || !is_about_replaces(order.error())) return order;
  taken.replaces.clear();
  return impl_->try_new_order(taken);
}

Answer<Order> HttpAcmeClient::get_order(const std::string& url) {
  const Shared lock(impl_->speaking);
  const auto response = TRY(impl_->post({.action = "get_order", .url = url}, ""));
  Order order = TRY(decode_order(impl_->exchange.body_of(response)));
  order.url = url;
  order.retry_after = impl_->exchange.retry_after(response);
  return order;
}

Answer<Order> HttpAcmeClient::finalize(const std::string& finalize_url, std::string_view csr_der) {
  const Shared lock(impl_->speaking);
  const std::string payload = R"({"csr":")" + encode_base64url(csr_der) + R"("})";
  const auto response = TRY(impl_->post({.action = "create_order_cert", .url = finalize_url}, payload));
  Order order = TRY(decode_order(impl_->exchange.body_of(response)));
  if (!response.header("Location").empty()) order.url = TRY(impl_->exchange.location(response, "order"));
  order.retry_after = impl_->exchange.retry_after(response);
  return order;
}

// -- authorizations --

Answer<Authorization> HttpAcmeClient::get_authorization(const std::string& url) {
  const Shared lock(impl_->speaking);
  const auto response = TRY(impl_->post({.action = "get_authorization", .url = url}, ""));
  Authorization authorization = TRY(decode_authorization(impl_->exchange.body_of(response)));
  authorization.retry_after = impl_->exchange.retry_after(response);
  return authorization;
}

Answer<Authorization> HttpAcmeClient::deactivate_authorization(const std::string& url) {
  const Shared lock(impl_->speaking);
  const auto response =
      TRY(impl_->post({.action = "unnamed_action", .url = url}, R"({"status":"deactivated"})"));
  return decode_authorization(impl_->exchange.body_of(response));
}

Answer<Challenge> HttpAcmeClient::accept_challenge(const std::string& url) {
  const Shared lock(impl_->speaking);
  const auto response = TRY(impl_->post({.action = "accept_challenge", .url = url}, "{}"));
  return decode_challenge(impl_->exchange.body_of(response));
}

// -- certificates --

Answer<CertificateChain> HttpAcmeClient::get_certificate(const std::string& url) {
  const Shared lock(impl_->speaking);
  const auto response = TRY(
      impl_->post({.action = "fetch_cert", .url = url, .accept = "application/pem-certificate-chain"}, ""));
  CertificateChain chain = TRY(decode_chain(impl_->exchange.body_of(response)));
  chain.alternates = find_links(response.headers, "alternate", url);
  return chain;
}

Answer<Done> HttpAcmeClient::revoke(std::string_view certificate_der, RevocationReason reason) {
  const Shared lock(impl_->speaking);
  const Directory directory = TRY(impl_->exchange.directory());
  if (directory.revoke_cert.empty()) return unsupported("acme: the server does not offer to revoke");
  const std::string payload = R"({"certificate":")" + encode_base64url(certificate_der) + R"(","reason":)" +
                              std::to_string(static_cast<int>(reason)) + "}";
  TRY(impl_->post({.action = "unnamed_action", .endpoint = Endpoint::Revoke, .url = directory.revoke_cert},
                  payload));
  return Done{};
}

Answer<RenewalInfo> HttpAcmeClient::get_renewal_info(const std::string& certificate_id) {
  const std::string base = TRY(impl_->exchange.directory()).renewal_info;
  if (base.empty()) return unsupported("acme: the server has no renewal information");
  const Call call{.action = "get_renewal_info",
                  .endpoint = Endpoint::RenewalInfo,
                  .url = base + (base.ends_with('/') ? "" : "/") + certificate_id,
                  .subject = certificate_id};
  const auto response = TRY(impl_->exchange.get(call));
  RenewalInfo info = TRY(decode_renewal_info(impl_->exchange.body_of(response)));
  info.retry_after = impl_->exchange.retry_after(response).value_or(std::chrono::seconds(0));
  return info;
}

}  // namespace cw::acme
