#include "controller/requests/acme_signer.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/acme_state.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/issuance/hashed_name.h"
#include "lib/kube/encode.h"
#include "lib/kube/field_error.h"
#include "lib/pki/certificate.h"
#include "lib/pki/csr.h"

namespace cw::controller::requests {
namespace {

const kube::WriteOptions kAsAcme{.field_manager = "cert-manager-certificaterequests-issuer-acme"};

std::string describe(const api::Order& order) {
  return order.metadata.name_space + "/" + order.metadata.name;
}

// The same from the Order's creation on, so that the way there costs one write of the request's status.
std::string waiting_for(const api::Order& order) {
  const auto& state = order.status.state;
  const bool is_told = state == api::kStateProcessing;
  auto text = "Waiting on certificate issuance from order " + describe(order) + ": " +
              kube::quoted(is_told ? state : std::string(api::kStatePending));
  return order.status.reason.empty() ? text : text + ": " + order.status.reason;
}

bool contains(const kube::List<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string name_of(const api::CertificateRequest& request, const api::Order& order) {
  auto identity = kube::to_json(order.spec);
  identity.erase("request");
  return issuance::hashed_name(request.metadata.name, request.metadata.uid + identity.dump());
}

std::string failed_text(const api::Order& order) {
  auto text = "Failed to wait for order resource " + kube::quoted(order.metadata.name) +
              " to become ready: order is in " + kube::quoted(order.status.state) + " state";
  return order.status.reason.empty() ? text : text + ": " + order.status.reason;
}

}  // namespace

AcmeSigner::AcmeSigner(Parts parts) : parts_(std::move(parts)) {
  by_owner_ = parts_.orders.add_index([](const api::Order& order) {
    const auto* owner = kube::find_controller(order.metadata);
    if (owner == nullptr) return std::vector<std::string>{};
    return std::vector<std::string>{owner->uid};
  });
}

SignOutcome AcmeSigner::sign(const api::CertificateRequest& request, const api::Issuer& issuer,
                             TimePoint /*now*/) {
  if (!issuer.spec.acme) return Pend{"IssuerNotReady", "the issuer is no ACME issuer"};
  const auto order = order_of(request);
  if (!order) return create(request, *issuer.spec.acme);
  if (order->metadata.deletion_timestamp) return Pend{"OrderPending", waiting_for(*order)};
  if (api::is_failed_state(order->status.state)) return Failed{"OrderFailed", failed_text(*order)};
  if (order->status.state != api::kStateValid || order->status.certificate.empty()) {
    return Pend{"OrderPending", waiting_for(*order)};
  }
  return take_certificate(request, *order);
}

OrderCache::Pointer AcmeSigner::order_of(const api::CertificateRequest& request) const {
  OrderCache::Pointer found;
  for (auto& [key, order] : parts_.orders.find_by(by_owner_, request.metadata.uid)) {
    if (key.name_space != request.metadata.name_space) continue;
    // Should there be several, the one that is done.
    if (!found || order->status.state == api::kStateValid) found = order;
  }
  return found;
}

SignOutcome AcmeSigner::create(const api::CertificateRequest& request, const api::AcmeIssuer& issuer) {
  auto order = make_order(request, issuer, parts_.limits);
  if (!order) return Failed{order.error().reason, order.error().message};
  auto& metadata = order->metadata;
  metadata.name = name_of(request, *order);
  if (parts_.replaced_certificate) order->spec.replaces = parts_.replaced_certificate(request);
  auto json = api::encode(*order);
  json.erase("status");
  const auto answer = parts_.writer.create(api::kOrders, json, kAsAcme);
  // One of that name is this request's: news of it is on its way.
  if (!answer && answer.error().code != Code::AlreadyExists) {
    return Retry{"OrderCreatingError",
                 {answer.error().code,
                  "Failed to create order resource " + describe(*order) + ": " + answer.error().message}};
  }
  return Pend{"OrderCreated", waiting_for(*order)};
}

SignOutcome AcmeSigner::take_certificate(const api::CertificateRequest& request, const api::Order& order) {
  const auto& pem = order.status.certificate.text();
  const auto csr = pki::Csr::parse_pem(request.spec.request.text(), parts_.limits);
  const auto leaf = pki::Certificate::parse_pem(pem, parts_.limits);
  const bool fits = csr && leaf && csr->public_key() && leaf->matches(*csr->public_key());
  if (fits) return Issued{.certificate = pem, .ca = {}};
  const auto& metadata = order.metadata;
  const auto removed = parts_.writer.remove(api::kOrders, kube::key_of(metadata),
                                            {.uid = metadata.uid, .resource_version = std::nullopt});
  if (!removed) return Retry{"OrderPending", removed.error()};
  return Pend{"OrderPending", "order " + describe(order) +
                                  " has no certificate for the key of this request; it is made anew"};
}

Result<api::Order, OrderProblem> make_order(const api::CertificateRequest& request,
                                            const api::AcmeIssuer& issuer, const pki::PemLimits& limits) {
  const auto csr = pki::Csr::parse_pem(request.spec.request.text(), limits);
  if (!csr) {
    return OrderProblem{"RequestParsingError",
                        "Failed to decode CSR in spec.request: " + csr.error().message};
  }
  api::Order order;
  auto& spec = order.spec;
  spec.request = request.spec.request;
  spec.issuer_ref = request.spec.issuer_ref;
  spec.common_name = csr->common_name();
  for (const auto& name : csr->subject_alt_names().dns_names) spec.dns_names.push_back(name);
  for (const auto& address : csr->subject_alt_names().ip_addresses) {
    spec.ip_addresses.push_back(pki::text_of(address));
  }
  if (spec.dns_names.empty() && spec.ip_addresses.empty()) {
    return OrderProblem{
        "InvalidOrder",
        "The CSR names no DNS name and no IP address: an ACME server issues for nothing else; "
        "set spec.dnsNames or spec.ipAddresses"};
  }
  const auto& name = spec.common_name;
  if (!name.empty() && !contains(spec.dns_names, name) && !contains(spec.ip_addresses, name)) {
    return OrderProblem{"InvalidOrder", "The CSR requests the commonName " + kube::quoted(name) +
                                            ", which is not among its dnsNames and ipAddresses: ACME "
                                            "requires that it is; add it there or drop spec.commonName"};
  }
  if (issuer.enable_duration_feature) spec.duration = request.spec.duration;
  spec.profile = issuer.profile;
  order.metadata.name_space = request.metadata.name_space;
  order.metadata.labels = request.metadata.labels;
  order.metadata.annotations = request.metadata.annotations;
  order.metadata.owner_references.push_back(
      kube::controller_reference(api::kCertificateRequests, request.metadata));
  return order;
}

}  // namespace cw::controller::requests
