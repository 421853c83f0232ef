#include "tests/contract/fake_acme.h"

#include <algorithm>

#include "lib/acme/problem.h"
#include "lib/acme/renewal_info.h"

namespace cw::contract {
namespace {

constexpr const char* kBase = "https://acme.example";

std::vector<std::string> offered_types(const FakeAcmeOptions& options, bool wildcard, bool is_ip) {
  std::vector<std::string> types;
  for (const auto& type : options.challenge_types) {
    const bool is_dns = type == "dns-01";
    if ((wildcard && !is_dns) || (is_ip && is_dns)) continue;
    types.push_back(type);
  }
  return types;
}

std::string order_error(const acme::Authorization& authorization) {
  for (const auto& challenge : authorization.challenges) {
    if (!challenge.error.empty()) return challenge.error;
  }
  return "authorization of " + authorization.identifier.value + " is " + authorization.status;
}

// What the CSR asks for, in the form of an order.
std::vector<acme::Identifier> identifiers_of(const pki::Csr& csr) {
  std::vector<acme::Identifier> identifiers;
  for (const auto& name : csr.subject_alt_names().dns_names) identifiers.push_back({"dns", name});
  for (const auto& address : csr.subject_alt_names().ip_addresses)
    identifiers.push_back({"ip", pki::text_of(address)});
  return identifiers;
}

bool same_set(std::vector<acme::Identifier> a, std::vector<acme::Identifier> b) {
  const auto less = [](const acme::Identifier& x, const acme::Identifier& y) {
    return std::tie(x.type, x.value) < std::tie(y.type, y.value);
  };
  std::sort(a.begin(), a.end(), less);
  std::sort(b.begin(), b.end(), less);
  return a == b;
}

}  // namespace

acme::Failure refusal(int status, const std::string& short_type, const std::string& detail) {
  return acme::refused({.type = std::string(acme::kProblemPrefix) + short_type,
                        .detail = detail,
                        .status = status,
                        .subproblems = {}});
}

FakeAcme::FakeAcme(const Clock& clock, FakeAcmeOptions options)
    : clock_(clock), options_(std::move(options)), authority_(kRootName, kOtherRootName, clock.now()) {}

acme::Answer<Done> FakeAcme::enter(AcmeCall call) {
  std::function<std::optional<acme::Failure>(AcmeCall)> check;
  {
    const std::scoped_lock lock(mutex_);
    ++calls_[call];
    auto& scripted = failures_[call];
    if (!scripted.empty()) {
      acme::Failure failure = scripted.front();
      scripted.erase(scripted.begin());
      return failure;
    }
    check = check_;
  }
  if (check) {
    if (auto failure = check(call)) return *std::move(failure);
  }
  return Done{};
}

std::string FakeAcme::new_url(const char* kind) {
  return std::string(kBase) + "/" + kind + "/" + std::to_string(++last_number_);
}

std::string FakeAcme::add_authorization(const acme::Identifier& asked) {
  const bool wildcard = asked.value.starts_with("*.");
  const bool valid = std::find(authorized_.begin(), authorized_.end(), asked) != authorized_.end();
  const std::string url = new_url("authz");
  acme::Authorization made;
  made.status = valid ? "valid" : "pending";
  made.identifier = {asked.type, wildcard ? asked.value.substr(2) : asked.value};
  made.wildcard = wildcard;
  for (const auto& type : offered_types(options_, wildcard, asked.type == "ip")) {
    const std::string challenge_url = new_url("chall");
    made.challenges.push_back({.type = type,
                               .url = challenge_url,
                               .token = "token-of-challenge-" + std::to_string(last_number_),
                               .status = valid ? "valid" : "pending",
                               .error = {}});
    authorization_of_[challenge_url] = url;
  }
  authorizations_[url] = std::move(made);
  return url;
}

acme::Answer<acme::Order> FakeAcme::add_order(const acme::OrderRequest& request) {
  if (request.identifiers.empty()) return refusal(400, "malformed", "order without identifiers");
  if (!request.profile.empty() && options_.profiles.count(request.profile) == 0) {
    return refusal(400, "invalidProfile", "there is no profile " + request.profile);
  }
  if (!request.replaces.empty() && leaves_.find(request.replaces) == leaves_.end()) {
    return refusal(400, "malformed", "there is no certificate " + request.replaces);
  }
  if (!request.replaces.empty() && !replaced_.insert(request.replaces).second) {
    return refusal(409, "alreadyReplaced", "an order replaces that certificate already");
  }
  OrderState state;
  state.request = request;
  state.order.url = new_url("order");
  state.order.status = "pending";
  state.order.finalize = new_url("finalize");
  for (const auto& identifier : request.identifiers)
    state.order.authorizations.push_back(add_authorization(identifier));
  refresh(state);
  order_urls_.push_back(state.order.url);
  order_requests_.push_back(request);
  return shown(orders_[state.order.url] = std::move(state));
}

void FakeAcme::refresh(OrderState& state) {
  if (state.order.status != "pending") return;
  bool all_valid = true;
  for (const auto& url : state.order.authorizations) {
    const auto& authorization = authorizations_.at(url);
    all_valid = all_valid && authorization.status == "valid";
    if (authorization.status == "pending" || authorization.status == "valid") continue;
    state.order.status = "invalid";
    state.order.error = order_error(authorization);
    return;
  }
  if (all_valid) state.order.status = "ready";
}

acme::Order FakeAcme::shown(const OrderState& state) const {
  acme::Order order = state.order;
  if (order.status == "processing") {
    order.certificate.clear();
    order.retry_after = options_.retry_after;
  }
  return order;
}

acme::Answer<FakeAcme::OrderState*> FakeAcme::order_at(const std::string& url) {
  const auto found = orders_.find(url);
  if (found == orders_.end()) return refusal(404, "malformed", "there is no order " + url);
  refresh(found->second);
  return &found->second;
}

void FakeAcme::settle_locked(const std::string& challenge_url, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::Waiting) return;
  const std::string status = verdict.kind == Verdict::Kind::Valid ? "valid" : "invalid";
  auto& authorization = authorizations_.at(authorization_of_.at(challenge_url));
  authorization.status = status;
  for (auto& challenge : authorization.challenges) {
    if (challenge.url != challenge_url) continue;
    challenge.status = status;
    challenge.error = verdict.error;
  }
}

acme::Answer<Done> FakeAcme::issue(OrderState& state, std::string_view csr_der) {
  const auto csr = pki::Csr::parse_der(csr_der);
  if (!csr) return refusal(400, "badCSR", csr.error().message);
  if (!same_set(identifiers_of(*csr), state.request.identifiers)) {
    return refusal(400, "badCSR", "the CSR asks for other names than the order");
  }
  const TimePoint now = clock_.now();
  const auto chains =
      authority_.issue(*csr, now, state.request.not_after.value_or(now + options_.certificate_lifetime));
  if (!chains) return refusal(400, "badCSR", chains.error().message);
  const std::string url = new_url("cert");
  chains_[url] = {.pem = pki::to_pem(chains->usual), .alternates = {url + "/1"}};
  chains_[url + "/1"] = {.pem = pki::to_pem(chains->alternate), .alternates = {url}};
  if (const auto id = acme::certificate_id(chains->usual.front()))
    leaves_.insert({*id, chains->usual.front()});
  state.order.certificate = url;
  state.order.status = finalizes_slowly_ ? "processing" : "valid";
  return Done{};
}

acme::Answer<acme::RenewalInfo> FakeAcme::renewal_info_of(const std::string& certificate_id) const {
  if (const auto told = renewal_info_.find(certificate_id); told != renewal_info_.end()) return told->second;
  const auto leaf = leaves_.find(certificate_id);
  if (leaf == leaves_.end()) return refusal(404, "malformed", "there is no certificate " + certificate_id);
  const TimePoint end = leaf->second.not_after();
  const auto life = end - leaf->second.not_before();
  return acme::RenewalInfo{.start = end - life / 3,
                           .end = end - life / 3 + life / 30,
                           .explanation_url = {},
                           .retry_after = std::chrono::hours(6)};
}

}  // namespace cw::contract
