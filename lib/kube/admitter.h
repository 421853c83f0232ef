// Admitter: what stands between a write and the store. The embedded API server calls our webhook's own
// function through it, with the same bytes that kube-apiserver would POST. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cw::kube {

enum class AdmissionStep : std::uint8_t { Mutate, Validate };

class Admitter {
 public:
  Admitter() = default;
  Admitter(const Admitter&) = delete;
  Admitter& operator=(const Admitter&) = delete;
  virtual ~Admitter() = default;
  // An AdmissionReview v1 in JSON in, one with a response out. Never throws; what fails is a refusal.
  virtual std::string review(AdmissionStep, std::string_view review_json) = 0;
};

}  // namespace cw::kube
