// RoundTrip: proof that an API server reaches this very process and trusts its certificate: a
// CertificateRequest that no one could want is created as a dry run, and its review is seen coming in.
// Nothing is ever stored. Needs the right to create CertificateRequests in one namespace. notice() may be
// called from any thread, attempt() from one.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/kube/client.h"

namespace cw::webhook {

class RoundTrip {
 public:
  enum class Outcome : std::uint8_t {
    Proven,     // it came back through us
    Distrust,   // the API server refused a certificate of ours
    Elsewhere,  // another replica answered, or none could be reached, or we may not ask
  };
  // The writer must outlive this.
  RoundTrip(kube::KubeWriter& writer, std::string name_space);

  Outcome attempt();
  // Given the body of every review; costs one load unless an attempt is under way.
  void notice(std::string_view review);

 private:
  kube::KubeWriter& writer_;
  const std::string name_space_;
  const std::string name_;  // random: nobody else's review has it
  std::atomic<bool> waiting_{false};
  std::atomic<bool> seen_{false};
};

}  // namespace cw::webhook
