// CertificateKeeper: the threads that keep one serving certificate fresh: one that refreshes it when its time
// has come or anything it depends on has changed, and one for each part of the API that is followed for that.
// All end with this. refresh() is called before the first thread starts, so that a listener started then has
// its pair.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "lib/kube/client.h"
#include "webhook/serving/certificate.h"

namespace cw::webhook {

class CertificateKeeper {
 public:
  // `reader` may be nullptr: nothing is followed. Both must outlive this.
  CertificateKeeper(ServingCertificate& certificate, const kube::KubeReader* reader);
  CertificateKeeper(const CertificateKeeper&) = delete;
  CertificateKeeper& operator=(const CertificateKeeper&) = delete;
  ~CertificateKeeper() = default;

  // Refreshes at once.
  void wake();

 private:
  std::chrono::milliseconds refresh();
  void run(const std::stop_token&);
  void follow(const std::vector<Followed>&);

  ServingCertificate& certificate_;
  const kube::KubeReader* reader_;
  bool was_well_ = true;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool wake_ = false;
  std::map<std::string, std::jthread> followers_;
  std::jthread thread_;  // last: the first to end
};

}  // namespace cw::webhook
