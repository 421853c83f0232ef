// A gate in front of a made-up cluster, and the objects that go through it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/policy/policy_scene.h"
#include "webhook/gate/gate.h"

namespace cw::test {

class Counts final : public webhook::GateCounter {
 public:
  void count(std::string_view gate, std::string_view verdict) override {
    ++seen[std::string(gate) + " " + std::string(verdict)];
  }
  std::map<std::string, int> seen;
};

class Certificates final : public webhook::LiveCertificates {
 public:
  void for_each(const std::function<bool(const api::Certificate&)>& visit) const override {
    for (const api::Certificate& one : all) {
      if (!visit(one)) return;
    }
  }
  std::vector<api::Certificate> all;
};

// Policy is on; the only policy allows *.example.com to whoever asks.
struct GateScene {
  GateScene() { world.all = policies_of({allow_example()}); }
  static Json allow_example() {
    return {{"name", "example"}, {"allowed", {{"dnsNames", {{"values", {"*.example.com"}}}}}}};
  }
  webhook::Gate gate() {
    return webhook::Gate(
        {.world = &world, .options = options, .requests = {}, .counter = &counts, .live = &live});
  }
  webhook::GateFindings create(const api::Certificate& certificate, bool dry_run = false) {
    return gate().judge(nullptr, certificate, {jane, dry_run});
  }
  webhook::GateFindings update(const api::Certificate& before, const api::Certificate& after) {
    return gate().judge(&before, after, {jane, false});
  }

  SceneWorld world;
  policy::Options options{.on = true};
  Counts counts;
  Certificates live;
  kube::UserInfo jane{"jane", "1", {"dev"}, {}};
};

// In namespace "team", from Issuer "corp".
api::Certificate certificate_of(std::vector<std::string> dns_names, const std::string& name = "web");
// A request for the same, with a real CSR.
api::CertificateRequest request_for(const std::vector<std::string>& dns_names,
                                    const std::string& user = "jane");
api::CertificateRequest approved(api::CertificateRequest);

// The rules of its errors.
std::vector<std::string> rules_of(const webhook::GateFindings&);
bool has_warning(const webhook::GateFindings&, const std::string& part);

}  // namespace cw::test
