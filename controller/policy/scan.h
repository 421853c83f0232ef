// PolicyScan: would the Certificates that are in use get their next certificate? Looks at all of a namespace
// again a moment after what decides over it has changed, slowly, on a thread of its own, so that people learn
// of it weeks before the renewal. Counts and tells; changes nothing. Thread-safe but for start and stop.
// Source: reference/policy.md 3.6.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "controller/runtime/events.h"
#include "lib/api/certificate.h"
#include "lib/base/metrics_page.h"
#include "lib/issuance/csr_template.h"
#include "lib/policy/decide.h"
#include "lib/policy/options.h"
#include "lib/watch/object_cache.h"

namespace cw::controller::approval {

class PolicyScan {
 public:
  using CertificateCache = watch::ObjectCache<api::Certificate>;
  struct Parts {
    const policy::World& world;  // one that remembers what it asked for: there are many questions alike
    policy::Options options;
    issuance::CsrTemplateOptions requests;
    CertificateCache& certificates;
    runtime::EventSink& events;
    std::chrono::milliseconds debounce{2000};
  };
  // Adds its index to the cache: construct before it is filled.
  explicit PolicyScan(Parts);

  // All Certificates of the namespace, or of all if it is empty, are to be looked at again.
  void world_changed(const std::string& name_space);
  // Null: there was or is none.
  void certificate_changed(const kube::ObjectKey&, const api::Certificate* before,
                           const api::Certificate* after);

  // This Certificate is to be looked at again.
  void look_at(const kube::ObjectKey&);

  void start();
  void stop();
  // Looks at all that is to be looked at, on this thread; how many that were.
  std::size_t scan_once(const std::stop_token& stop = {});

  void write(MetricsPage&) const;

 private:
  using Keys = std::set<kube::ObjectKey>;
  void run(const std::stop_token&);
  Keys take_due();
  bool judge(const kube::ObjectKey&);
  bool set_denied(const kube::ObjectKey&, bool denied);

  Parts parts_;
  CertificateCache::Index by_namespace_;
  mutable std::mutex mutex_;
  bool all_due_ = false;
  std::set<std::string> namespaces_due_;
  Keys keys_due_;
  std::map<std::string, std::set<std::string>> denied_;  // names of Certificates by namespace
  std::jthread thread_;
};

}  // namespace cw::controller::approval
