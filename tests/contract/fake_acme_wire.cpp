#include "tests/contract/fake_acme_wire.h"

#include <algorithm>

#include "lib/base/encoding.h"
#include "lib/pki/digest.h"
#include "lib/pki/jwk.h"
#include "tests/contract/fake_acme_json.h"

namespace cw::contract {
namespace {

constexpr std::string_view kBase = "https://acme.example";

acme::Failure malformed(const std::string& why) { return refusal(400, "malformed", why); }

http::ClientResponse with_location(http::ClientResponse response, const std::string& url) {
  response.headers.emplace_back("Location", url);
  return response;
}

http::ClientResponse with_retry_after(http::ClientResponse response,
                                      const std::optional<std::chrono::seconds>& wait) {
  if (wait) response.headers.emplace_back("Retry-After", std::to_string(wait->count()));
  return response;
}

}  // namespace

void FakeAcmeWire::refuse_nonces(int every_nth) {
  const std::scoped_lock lock(mutex_);
  refuse_every_ = every_nth;
}

void FakeAcmeWire::intercept(Intercept intercept) {
  const std::scoped_lock lock(mutex_);
  intercept_ = std::move(intercept);
}

void FakeAcmeWire::accept_external_account(const acme::ExternalAccount& account) {
  const std::scoped_lock lock(mutex_);
  external_[account.key_id] = account.key;
}

std::vector<http::FetchRequest> FakeAcmeWire::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::size_t FakeAcmeWire::count(const std::string& method, const std::string& url_part) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(requests_.begin(), requests_.end(), [&](const http::FetchRequest& request) {
        return request.method == method && request.url.find(url_part) != std::string::npos;
      }));
}

void FakeAcmeWire::forget_requests() {
  const std::scoped_lock lock(mutex_);
  requests_.clear();
}

std::string FakeAcmeWire::new_nonce() {
  const std::scoped_lock lock(mutex_);
  std::string nonce = "nonce-" + std::to_string(++last_nonce_);
  nonces_.insert(nonce);
  return nonce;
}

Result<http::ClientResponse> FakeAcmeWire::fetch(const http::FetchRequest& request) {
  Intercept intercept;
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
    intercept = intercept_;
  }
  if (intercept) {
    if (auto told = intercept(request)) return *std::move(told);
  }
  const Reply reply = answer(request);
  // What a server does when the test says that it cannot be reached.
  if (!reply && reply.error().kind == acme::Failure::Kind::Unreachable) {
    return Error{Code::Unavailable, reply.error().message};
  }
  http::ClientResponse response = reply ? *reply : problem_response(reply.error());
  // RFC 8555 §6.5 asks for no nonce with what is not signed.
  if (request.method != "GET") response.headers.emplace_back("Replay-Nonce", new_nonce());
  return response;
}

FakeAcmeWire::Reply FakeAcmeWire::answer(const http::FetchRequest& request) {
  if (!request.url.starts_with(kBase)) return refusal(404, "malformed", "another server");
  const std::string path = request.url.substr(kBase.size());
  if (request.method == "POST") return answer_signed(request, path);
  return answer_unsigned(request, path);
}

FakeAcmeWire::Reply FakeAcmeWire::answer_unsigned(const http::FetchRequest& request,
                                                  const std::string& path) {
  FakeAcmeClient client(server_, std::string());
  if (path == "/new-nonce") return http::ClientResponse{.status = request.method == "HEAD" ? 200 : 204};
  if (request.method != "GET") return refusal(405, "malformed", "method " + request.method);
  if (path == "/directory") return json_response(200, to_json(TRY(client.directory())));
  const std::string renewal = "/renewal-info/";
  if (!path.starts_with(renewal)) return refusal(405, "malformed", "GET of what is asked for by POST-as-GET");
  const auto info = TRY(client.get_renewal_info(path.substr(renewal.size())));
  return with_retry_after(json_response(200, to_json(info)), info.retry_after);
}

acme::Answer<Done> FakeAcmeWire::use_nonce(const Jws& jws) {
  const std::scoped_lock lock(mutex_);
  const bool known = nonces_.erase(jws.header.value("nonce", "")) > 0;
  const bool refused = known && refuse_every_ > 0 && ++good_nonces_ % refuse_every_ == 0;
  if (!known || refused) return refusal(400, "badNonce", "that nonce is not good");
  return Done{};
}

acme::Answer<std::string> FakeAcmeWire::signer_of(const Jws& jws, const std::string& path) {
  const bool by_key = path == "/new-account";
  if (by_key != jws.header.contains("jwk") || by_key == jws.header.contains("kid")) {
    return malformed("jwk is for newAccount, kid for all else");
  }
  if (by_key) {
    const auto key = parse_jwk(jws.header["jwk"]);
    if (!key) return refusal(400, "badPublicKey", key.error().message);
    const auto thumbprint = pki::jwk_thumbprint(*key);
    if (!thumbprint) return refusal(400, "badPublicKey", thumbprint.error().message);
    const std::scoped_lock lock(mutex_);
    keys_.insert({*thumbprint, *key});
    return *thumbprint;
  }
  const std::string kid = jws.header.value("kid", "");
  const std::scoped_lock lock(server_.mutex_);
  for (const auto& [thumbprint, account] : server_.accounts_) {
    if (account.url == kid) return thumbprint;
  }
  return refusal(400, "accountDoesNotExist", "there is no account " + kid);
}

FakeAcmeWire::Reply FakeAcmeWire::answer_signed(const http::FetchRequest& request, const std::string& path) {
  if (request.content_type != "application/jose+json") {
    return refusal(415, "malformed", "not application/jose+json");
  }
  auto jws = parse_jws(request.body);
  if (!jws) return malformed(jws.error().message);
  TRY(use_nonce(*jws));
  if (jws->header.value("url", "") != request.url) return refusal(401, "unauthorized", "another URL");
  const std::string thumbprint = TRY(signer_of(*jws, path));
  std::unique_lock lock(mutex_);
  const auto key = keys_.find(thumbprint);
  // Accounts that were made without this wire have no key here.
  if (key == keys_.end()) return malformed("the key of the account was never seen");
  const auto verified = verify_jws(*jws, key->second);
  lock.unlock();
  if (!verified) return refusal(401, "unauthorized", verified.error().message);
  const Json payload = jws->payload.empty() ? Json() : Json::parse(jws->payload, nullptr, false);
  if (payload.is_discarded()) return malformed("the payload is no JSON");
  const Asked asked{.request = request, .payload = payload, .jws = *std::move(jws), .path = path};
  FakeAcmeClient client(server_, thumbprint);
  if (path == "/new-account") return new_account(asked, client);
  if (path == "/new-order") return new_order(asked, client);
  if (path == "/key-change") return change_key(asked, client);
  if (path.starts_with("/account/")) return at_account(asked, client);
  if (path != "/revoke-cert") return at_resource(asked, client);
  const auto certificate = decode_base64url(payload.value("certificate", "!"));
  if (!certificate) return malformed("certificate");
  TRY(client.revoke(*certificate, acme::RevocationReason::Unspecified));
  return http::ClientResponse{.status = 200};
}

acme::Answer<std::optional<acme::ExternalAccount>> FakeAcmeWire::external_account(const Asked& asked) const {
  if (!asked.payload.contains("externalAccountBinding")) return std::optional<acme::ExternalAccount>();
  const auto jws = parse_jws(asked.payload["externalAccountBinding"].dump());
  if (!jws) return malformed(jws.error().message);
  const std::string id = jws->header.value("kid", "");
  const std::scoped_lock lock(mutex_);
  const auto key = external_.find(id);
  const bool good = key != external_.end() && jws->header.value("alg", "") == "HS256" &&
                    jws->header.value("url", "") == asked.request.url && !jws->header.contains("nonce") &&
                    Json::parse(jws->payload, nullptr, false) == asked.jws.header["jwk"] &&
                    pki::hmac_sha256(key->second, jws->signing_input) == jws->signature;
  if (!good) return refusal(403, "unauthorized", "the external account binding is not good");
  return std::optional(acme::ExternalAccount{.key_id = id, .key = key->second});
}

FakeAcmeWire::Reply FakeAcmeWire::new_account(const Asked& asked, FakeAcmeClient& client) {
  if (asked.payload.value("onlyReturnExisting", false)) {
    const auto account = TRY(client.find_account());
    return with_location(json_response(200, to_json(account)), account.url);
  }
  if (!asked.payload.value("termsOfServiceAgreed", false)) {
    return refusal(403, "userActionRequired", "terms of service");
  }
  const auto external = TRY(external_account(asked));
  const std::size_t before = server_.accounts().size();
  const auto account = TRY(client.register_account(
      {.contact = asked.payload.value("contact", std::vector<std::string>()), .external_account = external}));
  const int status = server_.accounts().size() > before ? 201 : 200;
  return with_location(json_response(status, to_json(account)), account.url);
}

FakeAcmeWire::Reply FakeAcmeWire::at_account(const Asked& asked, FakeAcmeClient& client) {
  if (asked.payload.value("status", "") == "deactivated") {
    return json_response(200, to_json(TRY(client.deactivate_account())));
  }
  if (asked.payload.contains("contact")) {
    return json_response(
        200, to_json(TRY(client.update_contact(asked.payload["contact"].get<std::vector<std::string>>()))));
  }
  return json_response(200, to_json(TRY(client.find_account())));
}

FakeAcmeWire::Reply FakeAcmeWire::change_key(const Asked& asked, FakeAcmeClient& client) {
  const auto inner = parse_jws(asked.jws.payload);
  if (!inner) return malformed(inner.error().message);
  if (!inner->header.contains("jwk") || inner->header.contains("nonce") ||
      inner->header.value("url", "") != asked.request.url) {
    return malformed("the header of the inner JWS");
  }
  const auto key = parse_jwk(inner->header["jwk"]);
  if (!key) return refusal(400, "badPublicKey", key.error().message);
  if (const auto verified = verify_jws(*inner, *key); !verified) return malformed(verified.error().message);
  const Json payload = Json::parse(inner->payload, nullptr, false);
  if (!payload.is_object() || payload.value("account", "") != asked.jws.header.value("kid", "")) {
    return malformed("account of the inner JWS");
  }
  const auto old_key = parse_jwk(payload.value("oldKey", Json::object()));
  const auto thumbprint = pki::jwk_thumbprint(*key);
  if (!old_key || !thumbprint || *pki::jwk_thumbprint(*old_key) != client.thumbprint_) {
    return malformed("oldKey of the inner JWS");
  }
  TRY(client.roll_over_to(*thumbprint));
  const std::scoped_lock lock(mutex_);
  keys_.insert({*thumbprint, *key});
  return http::ClientResponse{.status = 200};
}

FakeAcmeWire::Reply FakeAcmeWire::new_order(const Asked& asked, FakeAcmeClient& client) {
  const auto order = TRY(client.post_order(order_request_of(asked.payload)));
  return with_location(json_response(201, to_json(order)), order.url);
}

FakeAcmeWire::Reply FakeAcmeWire::certificate(const std::string& url, FakeAcmeClient& client) {
  const auto chain = TRY(client.get_certificate(url));
  http::ClientResponse response{
      .status = 200,
      .body = chain.pem,
      .headers = {{"Content-Type", "application/pem-certificate-chain"},
                  {"Link", "<" + std::string(kBase) + "/directory>;rel=\"index\""}}};
  for (const auto& alternate : chain.alternates) {
    response.headers.emplace_back("Link", "<" + alternate + ">;rel=\"alternate\"");
  }
  return response;
}

FakeAcmeWire::Reply FakeAcmeWire::at_resource(const Asked& asked, FakeAcmeClient& client) {
  const std::string& url = asked.request.url;
  const auto is = [&](const char* folder) { return asked.path.starts_with(folder); };
  if (is("/order/")) {
    const auto order = TRY(client.get_order(url));
    return with_retry_after(json_response(200, to_json(order)), order.retry_after);
  }
  if (is("/authz/")) {
    const bool ends = asked.payload.is_object() && asked.payload.value("status", "") == "deactivated";
    const auto authorization =
        TRY(ends ? client.deactivate_authorization(url) : client.get_authorization(url));
    return with_retry_after(json_response(200, to_json(authorization)), authorization.retry_after);
  }
  if (is("/chall/")) return json_response(200, to_json(TRY(client.accept_challenge(url))));
  if (is("/cert/")) return certificate(url, client);
  if (!is("/finalize/")) return refusal(404, "malformed", "there is nothing at " + url);
  const auto csr = decode_base64url(asked.payload.value("csr", "!"));
  if (!csr) return refusal(400, "badCSR", "no base64url");
  const auto order = TRY(client.finalize(url, *csr));
  return with_location(with_retry_after(json_response(200, to_json(order)), order.retry_after), order.url);
}

}  // namespace cw::contract
