#include "webhook/serving/keeper.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/log.h"
#include "lib/base/pause.h"
#include "lib/watch/watch_loop.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{1000};
constexpr std::chrono::milliseconds kGather{5};  // changes that come together are one
constexpr std::chrono::minutes kAskAgainForRights{1};

// What changed does not matter, only that something did.
class Waker final : public watch::WatchSink {
 public:
  explicit Waker(CertificateKeeper& keeper) : keeper_(keeper) {}
  void list_expected() override {}
  void list_begins(std::uint64_t) override {}
  void listed(kube::Json&&) override {}
  void list_ends(std::uint64_t) override { keeper_.wake(); }
  void happened(kube::WatchEventKind, kube::Json&&) override { keeper_.wake(); }

 private:
  CertificateKeeper& keeper_;
};

}  // namespace

CertificateKeeper::CertificateKeeper(ServingCertificate& certificate, const kube::KubeReader* reader)
    : certificate_(certificate), reader_(reader) {
  const std::chrono::milliseconds rest = refresh();
  thread_ = std::jthread([this, rest](const std::stop_token& stop) {
    follow(certificate_.followed());
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, rest, [this] { return wake_; });
    }
    run(stop);
    followers_.clear();
  });
}

void CertificateKeeper::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  woken_.notify_all();
}

std::chrono::milliseconds CertificateKeeper::refresh() {
  const Status refreshed = certificate_.refresh();
  if (refreshed) {
    was_well_ = true;
    return certificate_.rest();
  }
  // A server that is away for an hour is no reason for an hour of the same line.
  const auto level = std::exchange(was_well_, false) ? log::Level::Error : log::Level::Debug;
  log::write(level, "the serving certificate could not be refreshed",
             {{"source", certificate_.describe()}, {"error", refreshed.error().message}});
  return kRetryAfter;
}

void CertificateKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      const std::lock_guard lock(mutex_);
      wake_ = false;
    }
    const std::chrono::milliseconds rest = refresh();
    follow(certificate_.followed());
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, rest, [this] { return wake_; });
    }
    if (!pause(stop, kGather)) return;
  }
}

void CertificateKeeper::follow(const std::vector<Followed>& parts) {
  if (reader_ == nullptr) return;
  for (const Followed& part : parts) {
    const std::string name = kube::group_resource(part.resource) + " " + part.scope.field_selector;
    if (followers_.contains(name)) continue;
    followers_.emplace(name, [this, part](const std::stop_token& stop) {
      Waker waker(*this);
      watch::WatchLoop loop(*reader_, part.resource, part.scope, waker, {.when_refused = kAskAgainForRights});
      loop.run(stop);
    });
  }
}

}  // namespace cw::webhook
