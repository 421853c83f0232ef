// A cluster that gives the advice rules something to say of most objects: the issuer is an ACME issuer, or a
// CA issuer if its name starts with "ca"; every Secret and every set of names is somebody else's too.
#pragma once

#include <memory>

#include "webhook/advice/facts.h"

namespace cw::fuzz {

class SomeFacts final : public webhook::Facts {
 public:
  SomeFacts() : acme_(std::make_shared<api::Issuer>()), ca_(std::make_shared<api::Issuer>()) {
    api::AcmeIssuer& acme = acme_->spec.acme.emplace();
    acme.solvers = kube::List<api::Solver>(std::vector<api::Solver>(1));
    acme.solvers.back().http01.emplace();
    ca_->spec.ca.emplace().secret_name = "web-tls";
  }
  std::string_view cluster_resource_namespace() const override { return "cert-manager"; }
  webhook::IssuerFact issuer(const kube::ObjectKey& key) const override {
    if (key.name.empty()) return {webhook::Known::Absent, nullptr};
    return {webhook::Known::Present, key.name.starts_with("ca") ? ca_ : acme_};
  }
  std::vector<std::string> namespaces_with_issuer(std::string_view, std::size_t) const override {
    return {"team-b"};
  }
  std::vector<std::string> certificates_of_secret(const kube::ObjectKey&) const override { return {"other"}; }
  std::vector<kube::ObjectKey> certificates_with_names(std::string_view) const override {
    return {{"team-b", "other"}};
  }
  webhook::SecretFact secret(const kube::ObjectKey&) const override {
    return {webhook::Known::Present, "other"};
  }
  std::vector<kube::ObjectKey> issuers_of_ca_secret(const kube::ObjectKey&) const override {
    return {{"team-b", "ca"}};
  }
  std::optional<pki::Certificate> ca_certificate(const kube::ObjectKey&) const override {
    return std::nullopt;
  }

 private:
  std::shared_ptr<api::Issuer> acme_;
  std::shared_ptr<api::Issuer> ca_;
};

}  // namespace cw::fuzz
