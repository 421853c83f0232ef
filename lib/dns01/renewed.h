// Renewed: keeps something that expires (an access token) and gets it anew in time. While one thread does,
// others wait for it. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace cw::dns01 {

template <typename T>
struct Expiring {
  T value;
  TimePoint expires;
};

template <typename T>
class Renewed {
 public:
  explicit Renewed(const Clock& clock) : clock_(clock) {}

  // `renew`: () -> Result<Expiring<T>>.
  template <typename Renew>
  Result<std::shared_ptr<const T>> get(Renew&& renew) {
    const std::scoped_lock lock(mutex_);
    if (kept_ && clock_.now() + kEarly < expires_) return kept_;
    Expiring<T> fresh = TRY(std::forward<Renew>(renew)());
    expires_ = fresh.expires;
    kept_ = std::make_shared<const T>(std::move(fresh.value));
    return kept_;
  }
  // It was refused: the next get() renews it.
  void forget() {
    const std::scoped_lock lock(mutex_);
    kept_ = nullptr;
  }

 private:
  static constexpr std::chrono::seconds kEarly{60};

  const Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<const T> kept_;
  TimePoint expires_{};
};

}  // namespace cw::dns01
