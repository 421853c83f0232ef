// Scene: an API server in memory, a clock that only tests move, and a controller that can be thrown away and
// started anew at any moment. Nothing here waits.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "controller/machine.h"
#include "controller/options.h"
#include "lib/base/clock.h"
#include "lib/pki/private_key.h"
#include "tests/contract/fake_kube.h"
#include "tests/contract/faulty_writer.h"

namespace cw::controller::tests {

// 2026-01-02T03:04:05Z
inline constexpr TimePoint kStart{std::chrono::seconds(1767323045)};

class RecordedEvents final : public runtime::EventSink {
 public:
  void record(const runtime::EventSubject& subject, const runtime::Event& event) override {
    const std::scoped_lock lock(mutex_);
    events_.push_back(subject.kind + "/" + subject.name + " " + event.reason);
  }
  std::vector<std::string> all() const {
    const std::scoped_lock lock(mutex_);
    return events_;
  }
  std::size_t count(const std::string& text) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

using contract::FaultyWriter;

struct Scene {
  ManualClock clock{kStart};
  contract::FakeKube kube{clock};
  RecordedEvents events;
  pki::SystemKeyMaker key_maker;
  ControllerOptions options;
  const AcmeWorld* acme = nullptr;  // ACME issuers are not served

  // A controller that knows nothing yet, with that writer or straight to the API server.
  std::unique_ptr<Machine> controller(kube::KubeWriter* writer = nullptr);
  // A new controller, until there is nothing left to do; the number of passes it took.
  std::size_t settle();
  // The same controller again, after the world has changed behind its back.
  static std::size_t settle(Machine&);

  kube::Json apply(const kube::Resource&, kube::Json object);
  kube::Json read(const kube::Resource&, const std::string& name_space, const std::string& name) const;
  std::vector<kube::Json> list(const kube::Resource&) const;

  // A self-signed root "root" of namespace ns, its Certificate "ca", and the CA issuer "ca" with it.
  void add_ca(const std::string& ns);
  std::size_t creates_of(const std::string& plural) const;
};

// A CA in "mesh" and a Certificate "web" that has asked for approval, with "web-1", where nobody approves.
void leave_unapproved(Scene&);
void deny(Scene&, const std::string& request, const std::string& message);

kube::Json issuer(const std::string& ns, const std::string& name, kube::Json spec);
kube::Json certificate(const std::string& ns, const std::string& name, kube::Json spec_changes = {});

// The Ready condition, or null.
kube::Json condition(const kube::Json& object, const std::string& type);
std::string ready(const kube::Json& object);
std::string ready_message(const kube::Json& object);
std::string secret_value(const kube::Json& secret, const std::string& key);

// Stored key and certificate belong together, the certificate is the request's, one request for each revision
// kept, no prepared key left: what every ending must look like. The answer is what is wrong, or nothing.
std::string what_is_wrong(const Scene&, const std::string& ns, const std::string& name, int revision);

}  // namespace cw::controller::tests
