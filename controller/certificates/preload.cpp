#include "controller/certificates/preload.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/log.h"

namespace cw::controller::certificates {
namespace {

constexpr std::size_t kMaxWaiting = 64;  // Secrets that were read and not weighed
constexpr std::size_t kThreads = 2;

// From the thread that reads to those that weigh.
class Pipe {
 public:
  void put(kube::Json secret) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < kMaxWaiting; });
    waiting_.push_back(std::move(secret));
    changed_.notify_all();
  }
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  // nullopt: that was all.
  std::optional<kube::Json> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return std::nullopt;
    auto secret = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return secret;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<kube::Json> waiting_;
  bool ended_ = false;
};

// As a pass: what one Secret brings about is no reason to end.
void weigh(Observer& observer, const kube::Json& secret) {
  try {
    observer.weigh_ahead(secret);
  } catch (const std::exception& problem) {
    log::warning("a Secret is not read ahead", {{"error", problem.what()}});
  }
}

}  // namespace

void weigh_all_targets(const kube::KubeReader& reader, const std::string& name_space, Observer& observer) {
  Pipe pipe;
  std::array<std::jthread, kThreads> threads;
  for (auto& thread : threads) {
    thread = std::jthread([&] {
      while (auto secret = pipe.take()) weigh(observer, *secret);
    });
  }
  kube::ListOptions options;
  options.name_space = name_space;
  options.label_selector = api::kFaoLabel;
  options.label_selector.append("=").append(api::kLabelTrue);
  options.each = [&](const std::string& /*version*/, kube::Json&& secret) { pipe.put(std::move(secret)); };
  auto list = reader.list(api::kSecrets, options);
  if (list) {
    for (auto& secret : list->items) pipe.put(std::move(secret));
  } else {
    log::info("Secrets are not read ahead", {{"error", list.error().message}});
  }
  pipe.end();
}

}  // namespace cw::controller::certificates
