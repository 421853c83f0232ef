// Each kind with its own decode functions under one name, for tests that hold for all kinds.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/certificate_request_policy.h"
#include "lib/api/challenge.h"
#include "lib/api/issuer.h"
#include "lib/api/order.h"
#include "lib/api/resources.h"

#define CW_ALL_KINDS                                                                          \
  cw::api::Certificate, cw::api::CertificateRequest, cw::api::Issuer, cw::api::ClusterIssuer, \
      cw::api::Order, cw::api::Challenge, cw::api::CertificateRequestPolicy

namespace cw::api::test {

template <typename T>
struct Kind;

template <>
struct Kind<Certificate> {
  static constexpr kube::Resource kResource = kCertificates;
  static auto decode(const auto& from) { return decode_certificate(from); }
};
template <>
struct Kind<CertificateRequest> {
  static constexpr kube::Resource kResource = kCertificateRequests;
  static auto decode(const auto& from) { return decode_certificate_request(from); }
};
template <>
struct Kind<Issuer> {
  static constexpr kube::Resource kResource = kIssuers;
  static auto decode(const auto& from) { return decode_issuer(from); }
};
template <>
struct Kind<ClusterIssuer> {
  static constexpr kube::Resource kResource = kClusterIssuers;
  static auto decode(const auto& from) { return decode_cluster_issuer(from); }
};
template <>
struct Kind<Order> {
  static constexpr kube::Resource kResource = kOrders;
  static auto decode(const auto& from) { return decode_order(from); }
};
template <>
struct Kind<Challenge> {
  static constexpr kube::Resource kResource = kChallenges;
  static auto decode(const auto& from) { return decode_challenge(from); }
};
template <>
struct Kind<CertificateRequestPolicy> {
  static constexpr kube::Resource kResource = kCertificateRequestPolicies;
  static auto decode(const auto& from) { return decode_certificate_request_policy(from); }
};

template <typename T>
Result<T> decode_parsed(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(text).get(element) != simdjson::SUCCESS) return Error{Code::Invalid, "malformed JSON"};
  return Kind<T>::decode(element);
}

}  // namespace cw::api::test
