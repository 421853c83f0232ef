// SharedCertificate: leaves under the CA in the Secret that all replicas share, exchanged so that no API
// server ever meets one that it does not trust:
//   1. a new CA is stored (it was missing, broken, two thirds through its life, or somebody exchanged it);
//   2. the caBundle of our configurations gets it beside the one that is shown;
//   3. once it has been there for kSettle, leaves come from the new CA; till then the old one, still in
//   memory,
//      signs what has to be renewed;
//   4. the old CA leaves the bundle when every replica has long done the same, or when it has expired.
// Where no configuration of ours is seen, kSettle is what an injector elsewhere gets. Not thread-safe but for
// trust(). Source: reference/admission.md 3.8.2, 3.8.3; the overlap is our own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "webhook/serving/authority.h"
#include "webhook/serving/certificate.h"
#include "webhook/serving/leaf.h"

namespace cw::webhook {

// Longer than an API server takes to notice a changed configuration.
inline constexpr std::chrono::seconds kSettle{10};
// Within it every API server that is well has noticed; later ones have the round trip.
inline constexpr std::chrono::seconds kNoticed{3};
// Earlier CAs stay trusted for a leaf's life, but at least for so long.
inline constexpr std::chrono::hours kLeastOverlap{1};

class SharedCertificate final : public ServingCertificate {
 public:
  struct Settings {
    std::chrono::seconds leaf_lifetime;
    kube::ObjectKey secret;
    std::chrono::seconds settle = kSettle;
  };
  // `configurations` may be nullptr: nobody's trust is looked after. The Clock must outlive this.
  SharedCertificate(Settings settings, ServingAuthority authority, Leaf leaf,
                    std::unique_ptr<AdmissionConfigurations> configurations, const Clock& clock)
      : settings_(std::move(settings)),
        authority_(std::move(authority)),
        leaf_(std::move(leaf)),
        configurations_(std::move(configurations)),
        clock_(clock) {}

  Status refresh() override;
  std::chrono::seconds rest() const override;
  std::vector<Followed> followed() const override;
  Trust trust() const override { return trust_.load(); }
  std::string describe() const override { return authority_.describe(); }
  // Whose leaf is shown. nullptr: none yet.
  const pki::Certificate* shown_ca() const { return shown_ ? &shown_->certificate : nullptr; }

 private:
  void adopt(pki::KeyPair stored);
  Status show(std::shared_ptr<const pki::KeyPair> ca);
  TrustReport keep_bundle();
  Status exchange(const TrustReport&);
  bool is_time_to_exchange(const TrustReport&);
  void judge_trust(const TrustReport&);

  const Settings settings_;
  ServingAuthority authority_;
  Leaf leaf_;
  const std::unique_ptr<AdmissionConfigurations> configurations_;
  const Clock& clock_;
  std::shared_ptr<const pki::KeyPair> stored_;  // as last read
  std::shared_ptr<const pki::KeyPair> shown_;   // of the leaf in use
  std::optional<TimePoint> next_trusted_since_;
  std::optional<TimePoint> shown_trusted_since_;
  std::atomic<Trust> trust_{Trust::Missing};
};

}  // namespace cw::webhook
