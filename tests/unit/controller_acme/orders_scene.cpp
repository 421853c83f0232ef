#include "tests/unit/controller_acme/orders_scene.h"

#include <algorithm>

#include "lib/base/log.h"
#include "lib/issuance/csr_template.h"
#include "lib/pki/ip_address.h"

namespace cw::controller::acme::tests {
namespace {

// Faults are what these tests are about: only what no test expects is logged.
[[maybe_unused]] const bool kQuiet = [] {
  log::configure({.format = log::Format::Text, .level = log::Level::Error});
  return true;
}();

const pki::PrivateKey& account_key() {
  static const auto key = pki::PrivateKey::generate_throw_away(pki::KeyAlgorithm::Ecdsa);
  return *key;
}

std::string put_up(const api::Challenge& challenge) {
  return challenge.spec.dns_name + " " + challenge.spec.key;
}

std::string csr_for(const std::vector<std::string>& names) {
  pki::CsrTemplate wanted;
  for (const auto& name : names) {
    if (const auto address = pki::parse_ip(name)) {
      wanted.subject_alt_names.ip_addresses.push_back(*address);
    } else {
      wanted.subject_alt_names.dns_names.push_back(name);
    }
  }
  wanted.raw_subject = *pki::encode_subject({.common_name = names.front()});
  return pki::Csr::build(wanted, request_key())->to_pem();
}

}  // namespace

const pki::PrivateKey& request_key() {
  static const auto key = pki::PrivateKey::generate_throw_away(pki::KeyAlgorithm::Ecdsa);
  return *key;
}

std::size_t NotedEvents::count(const std::string& text) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), text));
}

Status NotingSolver::present(const api::Challenge& challenge, const SolverScope& scope) {
  ++presents;
  last_scope = scope;
  if (on_present) TRY(on_present(challenge));
  standing.insert(put_up(challenge));
  most_at_once = std::max(most_at_once, standing.size());
  return Done{};
}

Result<Visibility> NotingSolver::check(const api::Challenge& challenge, const SolverScope& /*scope*/) {
  ++checks;
  if (on_check) return on_check(challenge);
  return Visibility{
      .visible = standing.contains(put_up(challenge)), .reason = "not put up", .look_again = {}};
}

Status NotingSolver::clean_up(const api::Challenge& challenge, const SolverScope& scope) {
  ++clean_ups;
  last_scope = scope;
  if (on_clean_up) TRY(on_clean_up(challenge));
  standing.erase(put_up(challenge));
  return Done{};
}

World::World(contract::FakeAcmeOptions options)
    : server(clock, std::move(options)), client(server, account_key()) {
  REQUIRE(client.register_account({}));
  server.forget_calls();
}

Json http01_solver() { return {{"http01", {{"ingress", {{"ingressClassName", "nginx"}}}}}}; }
Json dns01_solver() { return {{"dns01", {{"rfc2136", {{"nameserver", "192.0.2.1"}}}}}}; }

void World::add_issuer(const Json& solvers, const Json& more, const std::string& name) {
  Json acme{{"server", "https://acme.example/directory"},
            {"privateKeySecretRef", {{"name", "account"}}},
            {"solvers", solvers}};
  acme.update(more);
  const Json issuer{{"apiVersion", "cert-manager.io/v1"},
                    {"kind", "Issuer"},
                    {"metadata", {{"namespace", "mesh"}, {"name", name}}},
                    {"spec", {{"acme", acme}}}};
  REQUIRE(kube.create(api::kIssuers, issuer));
}

void World::add_order(const std::vector<std::string>& names, const Json& more, const std::string& name) {
  api::Order order;
  order.metadata.name_space = "mesh";
  order.metadata.name = name;
  order.spec.request = kube::Bytes(csr_for(names));
  order.spec.issuer_ref.name = "le";
  order.spec.common_name = names.front();
  for (const auto& text : names) {
    if (pki::parse_ip(text)) {
      order.spec.ip_addresses.push_back(text);
    } else {
      order.spec.dns_names.push_back(text);
    }
  }
  auto json = api::encode(order);
  json.erase("status");
  json.merge_patch(more);
  REQUIRE(kube.create(api::kOrders, json));
  kube.forget_writes();
}

void World::set_status(const kube::Resource& resource, const std::string& name, const Json& status) {
  REQUIRE(kube.merge_patch(resource, {"mesh", name}, kube::Part::Status, Json{{"status", status}}));
  kube.forget_writes();
}

Json World::read(const kube::Resource& resource, const std::string& name) const {
  const auto found = kube.get(resource, {"mesh", name});
  return found ? *found : Json();
}

std::vector<Json> World::list(const kube::Resource& resource) const { return kube.list(resource, {})->items; }

std::string World::state(const std::string& name) const {
  return order(name).value(Json::json_pointer("/status/state"), "");
}

std::string World::reason(const std::string& name) const {
  return order(name).value(Json::json_pointer("/status/reason"), "");
}

std::size_t World::writes_of(const std::string& plural, contract::Verb verb) const {
  const auto writes = kube.writes();
  return static_cast<std::size_t>(std::count_if(writes.begin(), writes.end(), [&](const auto& call) {
    return call.plural == plural && call.verb == verb;
  }));
}

bool World::is_clean() const {
  return http01.standing.empty() && dns01.standing.empty() && list(api::kChallenges).empty();
}

void World::settle(kube::KubeWriter* writer) {
  Controller controller(*this, writer);
  controller.run();
  controller.run();
}

Controller::Controller(World& world, kube::KubeWriter* writer, Pace pace, std::size_t max_concurrent)
    : world_(world),
      writer_(writer != nullptr ? *writer : world.kube),
      order_cache_(world.kube, api::kOrders, {}, kDecodeOrder),
      challenge_cache_(world.kube, api::kChallenges, {}, kDecodeChallenge),
      issuer_cache_(world.kube, api::kIssuers, {}, kDecodeIssuer),
      directory_({.issuers = issuer_cache_.objects(),
                  .cluster_issuers = nullptr,
                  .cluster_resource_namespace = "common"}) {
  orders_ = std::make_unique<OrderReconciler>(OrderReconciler::Parts{.orders = order_cache_.objects(),
                                                                     .challenges = challenge_cache_.objects(),
                                                                     .directory = directory_,
                                                                     .clients = clients_,
                                                                     .writer = writer_,
                                                                     .events = world.events,
                                                                     .clock = world.clock,
                                                                     .pace = pace});
  challenges_ = std::make_unique<ChallengeReconciler>(
      ChallengeReconciler::Parts{.challenges = challenge_cache_.objects(),
                                 .directory = directory_,
                                 .clients = clients_,
                                 .solvers = {{"HTTP-01", &world.http01}, {"DNS-01", &world.dns01}},
                                 .writer = writer_,
                                 .events = world.events,
                                 .clock = world.clock,
                                 .max_concurrent = max_concurrent,
                                 .options = {.cluster_resource_namespace = "common"},
                                 .pace = pace,
                                 .enqueue = {}});
  writer_.feed(order_cache_);
  writer_.feed(challenge_cache_);
  order_cache_.objects().on_change(
      [this](const kube::ObjectKey& key, const auto&, const auto&) { order_keys_.insert(key); });
  challenge_cache_.objects().on_change(
      [this](const kube::ObjectKey& key, const auto&, const auto&) { challenge_keys_.insert(key); });
}

void Controller::list() {
  REQUIRE(issuer_cache_.list_once());
  REQUIRE(order_cache_.list_once());
  REQUIRE(challenge_cache_.list_once());
  issuer_cache_.objects().for_each([this](const api::Issuer& issuer) {
    clients_.put(kube::key_of(issuer.metadata), issuer.metadata.uid, "",
                 std::shared_ptr<wire::AcmeClient>(&world_.client, [](wire::AcmeClient*) {}));
  });
}

template <typename Reconciler>
void Controller::pass(Reconciler& reconciler, const std::set<kube::ObjectKey>& keys) {
  const auto now = keys;  // a pass brings new ones
  for (const auto& key : now) {
    auto ended = reconciler.reconcile(key);
    if (ended)
      outcomes.push_back(*ended);
    else
      errors.push_back(ended.error().message);
  }
}

bool Controller::round() {
  outcomes.clear();
  const auto writes = world_.kube.writes().size();
  list();
  pass(*orders_, order_keys_);
  pass(*challenges_, challenge_keys_);
  return world_.kube.writes().size() != writes ||
         std::any_of(outcomes.begin(), outcomes.end(), [](const auto& ended) { return ended.again_after; });
}

int Controller::run(int max_rounds) {
  int rounds = 0;
  while (rounds < max_rounds && round()) ++rounds;
  return rounds;
}

}  // namespace cw::controller::acme::tests
