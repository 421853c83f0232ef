// CaCertificates: the certificates that CA issuers sign with, read from their Secrets by a thread of its own:
// soon after one is asked for or has changed, and again every few minutes. Only tls.crt is kept; what else
// was in the answer is wiped at once. Look-ups never wait for a read. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/client.h"
#include "lib/kube/resource.h"
#include "lib/pki/certificate.h"

namespace cw::webhook {

class CaCertificates {
 public:
  // More CA Secrets than these are not read.
  static constexpr std::size_t kMaxSecrets = 2048;

  // Whether an issuer still signs with that Secret. Called without a lock held.
  using InUse = std::function<bool(const kube::ObjectKey& secret)>;

  CaCertificates(const kube::KubeReader&, const Clock&, std::chrono::seconds refresh, InUse);

  // An issuer with that Secret is new or has changed: it is read soon.
  void expect(const kube::ObjectKey& secret);
  // It has changed: it is read again, if it was expected.
  void secret_changed(const kube::ObjectKey& secret);

  // nullopt: not known, or not yet.
  std::optional<pki::Certificate> find(const kube::ObjectKey& secret) const;

  // Blocks until stopped.
  void run(const std::stop_token&);
  // One round of what is due, on this thread.
  void read_due();

 private:
  struct Entry {
    std::optional<pki::Certificate> certificate;
    TimePoint due;
    bool changed = false;  // since the read that is under way
  };

  std::vector<kube::ObjectKey> take_due();
  Result<pki::Certificate> read(const kube::ObjectKey& secret) const;
  void keep(const kube::ObjectKey& secret, Result<pki::Certificate>);
  void forget(const kube::ObjectKey& secret);
  void note_refusal(const Error&);

  const kube::KubeReader& reader_;
  const Clock& clock_;
  const std::chrono::seconds refresh_;
  const InUse in_use_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool pending_ = false;  // something may be due
  bool told_refusal_ = false;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace cw::webhook
