// World: an API server and an ACME server in memory, solvers that note what they put up, and a controller of
// Orders and Challenges that can be thrown away and started anew at any moment. Nothing here waits.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/acme/challenge_reconcile.h"
#include "controller/acme/order_reconcile.h"
#include "controller/issuers/acme_clients.h"
#include "controller/requests/acme_signer.h"
#include "controller/runtime/write_through.h"
#include "lib/api/resources.h"
#include "lib/pki/csr.h"
#include "lib/watch/watch_cache.h"
#include "tests/contract/fake_acme.h"
#include "tests/contract/fake_kube.h"
#include "tests/contract/faulty_writer.h"

namespace cw::controller::acme::tests {

using contract::AcmeCall;
using contract::FaultyWriter;
using kube::Json;
namespace wire = ::cw::acme;

// 2026-01-02T03:04:05Z
inline constexpr TimePoint kNow{std::chrono::seconds(1767323045)};

// Nothing waits for anything.
inline constexpr Pace kAtOnce{.first = milliseconds(0), .last = milliseconds(5000), .quiet = milliseconds(0)};

class NotedEvents final : public runtime::EventSink {
 public:
  void record(const runtime::EventSubject& subject, const runtime::Event& event) override {
    const std::scoped_lock lock(mutex_);
    events_.push_back(subject.kind + " " + event.reason);
  }
  std::size_t count(const std::string& text) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

class NotingSolver final : public ChallengeSolver {
 public:
  Status present(const api::Challenge&, const SolverScope&) override;
  Result<Visibility> check(const api::Challenge&, const SolverScope&) override;
  Status clean_up(const api::Challenge&, const SolverScope&) override;

  std::set<std::string> standing;  // "<dnsName> <key>"
  int presents = 0, checks = 0, clean_ups = 0;
  std::size_t most_at_once = 0;
  SolverScope last_scope;
  std::function<Status(const api::Challenge&)> on_present, on_clean_up;
  std::function<Result<Visibility>(const api::Challenge&)> on_check;
};

struct World {
  explicit World(contract::FakeAcmeOptions options = {});

  ManualClock clock{kNow};
  contract::FakeKube kube{clock};
  contract::FakeAcme server;
  contract::FakeAcmeClient client;
  NotedEvents events;
  NotingSolver http01, dns01;

  // In "mesh": an ACME Issuer "le" with these solvers and other members of spec.acme.
  void add_issuer(const Json& solvers, const Json& more = Json::object(), const std::string& name = "le");
  // An Order "web" for these names (the first is the common name), with its CSR.
  void add_order(const std::vector<std::string>& names, const Json& more = Json::object(),
                 const std::string& name = "web");
  void set_status(const kube::Resource&, const std::string& name, const Json& status);
  Json read(const kube::Resource&, const std::string& name) const;  // null: not there
  std::vector<Json> list(const kube::Resource&) const;
  Json order(const std::string& name = "web") const { return read(api::kOrders, name); }
  std::string state(const std::string& name = "web") const;
  std::string reason(const std::string& name = "web") const;
  std::size_t writes_of(const std::string& plural, contract::Verb) const;
  // Nothing that was put up, and no Challenge, is left.
  bool is_clean() const;

  // A new controller, until it has nothing to do; twice, for what the first try left behind.
  void settle(kube::KubeWriter* writer = nullptr);
};

// The overloads are named, for the other ones want simdjson.
inline constexpr Result<api::Order> (*kDecodeOrder)(const Json&) = api::decode_order;
inline constexpr Result<api::Challenge> (*kDecodeChallenge)(const Json&) = api::decode_challenge;
inline constexpr Result<api::Issuer> (*kDecodeIssuer)(const Json&) = api::decode_issuer;

Json http01_solver();
Json dns01_solver();
const pki::PrivateKey& request_key();

// With an issuer for HTTP-01 and an Order for one name.
struct Prepared : World {
  Prepared() {
    add_issuer(Json::array({http01_solver()}));
    add_order({"www.example.com"});
  }
};

class Controller {
 public:
  explicit Controller(World&, kube::KubeWriter* writer = nullptr, Pace pace = kAtOnce,
                      std::size_t max_concurrent = 60);
  // Passes over all there is, until one round changes nothing and asks for none; the number of rounds.
  int run(int max_rounds = 40);
  // One round: everything is listed anew, and every key has one pass. True: there is more to do.
  bool round();

  std::vector<std::string> errors;         // of the passes, in order
  std::vector<runtime::Outcome> outcomes;  // of the last round
  OrderReconciler& orders() { return *orders_; }
  ChallengeReconciler& challenges() { return *challenges_; }

 private:
  void list();
  template <typename Reconciler>
  void pass(Reconciler&, const std::set<kube::ObjectKey>&);

  World& world_;
  runtime::WriteThrough writer_;
  watch::WatchCache<api::Order> order_cache_;
  watch::WatchCache<api::Challenge> challenge_cache_;
  watch::WatchCache<api::Issuer> issuer_cache_;
  issuers::IssuerDirectory directory_;
  issuers::AcmeClients clients_;
  std::unique_ptr<OrderReconciler> orders_;
  std::unique_ptr<ChallengeReconciler> challenges_;
  std::set<kube::ObjectKey> order_keys_, challenge_keys_;
};

}  // namespace cw::controller::acme::tests
