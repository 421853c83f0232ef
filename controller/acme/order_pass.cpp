#include "controller/acme/order_pass.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "controller/acme/order_request.h"
#include "controller/runtime/status_patch.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/base/encoding.h"
#include "lib/kube/field_error.h"
#include "lib/pki/digest.h"
#include "lib/watch/object_version.h"

namespace cw::controller::acme {
namespace {

using runtime::EventType;
using runtime::Outcome;

constexpr int kMaxSteps = 20;
constexpr int kForbidden = 403;
// The overload is named, for the other one wants simdjson.
constexpr Result<api::Challenge> (*kDecodeChallenge)(const kube::Json&) = api::decode_challenge;
const kube::WriteOptions kAsOrders{.field_manager = "cert-manager-orders"};

}  // namespace

Status remove_challenge(kube::KubeWriter& writer, const api::Challenge& challenge) {
  const auto& metadata = challenge.metadata;
  const auto removed = writer.remove(api::kChallenges, kube::key_of(metadata),
                                     {.uid = metadata.uid, .resource_version = std::nullopt});
  if (!removed && removed.error().code != Code::NotFound) return removed;
  return Done{};
}

OrderPass::OrderPass(const Parts& parts, const api::Order& order, const api::AcmeIssuer& issuer,
                     std::vector<ChallengePointer> challenges, wire::AcmeClient& client)
    : parts_(parts),
      client_(client),
      view_{.order = order,
            .issuer = issuer,
            .status = order.status,
            .challenges = std::move(challenges),
            .memory = parts.memory.find(order.metadata),
            .now = std::chrono::steady_clock::now(),
            .tls_alpn01 = parts.tls_alpn01},
      saved_(order.status),
      version_(order.metadata.resource_version) {}

Result<Outcome> OrderPass::run() {
  auto& memory = view_.memory;
  if (view_.now < memory.quiet_until) return too_early(view_.now, memory.quiet_until);
  auto ended = steps();
  memory.quiet_until = quiet_until(memory.quiet_until, ended, view_.now, parts_.pace);
  parts_.memory.put(view_.order.metadata, memory);
  TRY(save());
  return ended;
}

Result<Outcome> OrderPass::steps() {
  for (int i = 0; i < kMaxSteps; ++i) {
    if (auto ended = std::visit(*this, next_step(view_))) return *std::move(ended);
  }
  return Error{Code::Unavailable, "the server's answers about the order lead nowhere"};
}

OrderPass::Ended OrderPass::operator()(const Rest& /*step*/) { return Outcome{}; }

OrderPass::Ended OrderPass::operator()(const WaitForServer& step) {
  return Outcome{.again_after = step.left};
}

OrderPass::Ended OrderPass::operator()(const RequestOrder& /*step*/) {
  const auto order = client_.new_order(order_request(view_.order.spec, parts_.now));
  if (!order) return failed(order.error(), kFailedToCreate);
  learn_new_order(view_, *order);
  if (view_.status.url.empty()) return Error{Code::Unavailable, "the server gave the order no URL"};
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const FetchAuthorizations& /*step*/) {
  auto& authorizations = view_.status.authorizations;
  for (std::size_t i = 0; i < authorizations.size(); ++i) {
    if (!authorizations[i].identifier.empty()) continue;
    const auto seen = client_.get_authorization(authorizations[i].url);
    if (!seen) return failed(seen.error(), kFailedToAuthorize);
    if (seen->identifier.value.empty()) {
      return Error{Code::Unavailable, "the server gave an authorization without an identifier"};
    }
    learn_authorization(view_, i, *seen);
  }
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const LookAtOrder& /*step*/) {
  const auto order = client_.get_order(view_.status.url);
  if (!order) return failed(order.error(), kFailedToRetrieve);
  learn_order(view_, *order, parts_.pace, parts_.now);
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const Fail& step) {
  fail(view_.status, step.state, step.reason, parts_.now);
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const TellSolver& step) {
  const auto message = "Failed to determine a solver: " + step.message;
  if (view_.status.reason != message) announce(EventType::Warning, "Solver", message);
  view_.status.reason = message;
  return Outcome{};
}

OrderPass::Ended OrderPass::operator()(const CreateChallenges& step) {
  view_.status.reason.clear();
  TRY(save());
  for (auto challenge : step.challenges) {
    challenge.spec.key = key_of_challenge(challenge.spec);
    auto json = api::encode(challenge);
    json.erase("status");
    const auto answer = parts_.writer.create(api::kChallenges, json, kAsOrders);
    // News of it is on its way.
    if (!answer && answer.error().code == Code::AlreadyExists) return Outcome{};
    if (!answer) return answer.error();
    view_.challenges.push_back(std::make_shared<const api::Challenge>(TRY(kDecodeChallenge(*answer))));
    announce(EventType::Normal, "Created",
             "Created Challenge resource " + kube::quoted(challenge.metadata.name) + " for domain " +
                 kube::quoted(challenge.spec.dns_name));
  }
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const DeleteChallenges& step) {
  TRY(save());
  for (const auto& challenge : step.challenges) {
    TRY(remove_challenge(parts_.writer, *challenge));
    std::erase(view_.challenges, challenge);
    if (challenge->metadata.finalizers.empty()) continue;
    auto doomed = *challenge;
    doomed.metadata.deletion_timestamp = parts_.now;
    view_.challenges.push_back(std::make_shared<const api::Challenge>(std::move(doomed)));
  }
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const Finalize& /*step*/) {
  if (saved_.url.empty()) TRY(save());
  const auto csr = csr_of(view_.order.spec);
  if (!csr) {
    return (*this)(Fail{std::string(api::kStateErrored),
                        std::string(kFailedToFinalize) + "spec.request: " + csr.error().message});
  }
  const auto order = client_.finalize(view_.status.finalize_url, csr->der());
  if (!order && order.error().kind == wire::Failure::Kind::Refused &&
      order.error().problem.status == kForbidden) {
    // It may have been sent before, by a process that did not live to hear the answer.
    view_.refusal = order.error();
    return std::nullopt;
  }
  if (!order) return failed(order.error(), kFailedToFinalize);
  view_.memory.is_with_server = true;
  learn_order(view_, *order, parts_.pace, parts_.now);
  return std::nullopt;
}

OrderPass::Ended OrderPass::operator()(const FetchCertificate& step) {
  const auto chain = client_.get_certificate(step.url);
  if (!chain) return failed(chain.error(), kFailedToDownload);
  std::optional<wire::Failure> failure;
  auto pem = preferred_chain(*chain, failure);
  if (failure) return failed(*failure, kFailedToDownload);
  if (!pem) return Error{Code::Unavailable, "the certificate from the server: " + pem.error().message};
  const auto csr = csr_of(view_.order.spec);
  if (csr) {
    if (const auto fits = check_issued(*pem, *csr); !fits) {
      return (*this)(
          Fail{std::string(api::kStateErrored), std::string(kFailedToDownload) + fits.error().message});
    }
  }
  view_.status.certificate = kube::Bytes(*std::move(pem));
  view_.status.reason.clear();
  announce(EventType::Normal, "Complete", "Order completed successfully");
  return std::nullopt;
}

OrderPass::Ended OrderPass::failed(const wire::Failure& failure, std::string_view prefix) {
  if (failure.is("accountDoesNotExist") && parts_.account_lost && parts_.account_lost()) return Outcome{};
  if (failure.is_final()) {
    return (*this)(Fail{std::string(api::kStateErrored), std::string(prefix) + failure.message});
  }
  if (is_long(failure)) view_.status.reason = failure.message;
  view_.memory.quiet_until = view_.now + quiet_after(failure, parts_.pace);
  return set_back(failure, parts_.now);
}

// The one whose top was issued by spec.acme.preferredChain, else the one that was given. `failure`: of a
// request that may succeed later.
Result<std::string> OrderPass::preferred_chain(const wire::CertificateChain& chain,
                                               std::optional<wire::Failure>& failure) {
  const auto& preferred = view_.issuer.preferred_chain;
  // Also when there is no preference: what is no chain is found here.
  if (TRY(ends_with(chain.pem, preferred)) || preferred.empty()) return chain.pem;
  for (const auto& url : chain.alternates) {
    const auto alternate = client_.get_certificate(url);
    if (!alternate && !alternate.error().is_final()) {
      failure = alternate.error();
      return chain.pem;
    }
    if (!alternate) continue;
    const auto fits = ends_with(alternate->pem, preferred);
    if (fits && *fits) return alternate->pem;
  }
  return chain.pem;
}

std::string OrderPass::key_of_challenge(const api::ChallengeSpec& spec) const {
  const auto authorization = client_.key_authorization(spec.token);
  if (spec.type != api::kTypeDns01) return authorization;
  return encode_base64url(pki::sha256(authorization));
}

Status OrderPass::save() {
  const auto& metadata = view_.order.metadata;
  if (!(view_.status == saved_)) {
    const auto answer =
        parts_.writer.merge_patch(api::kOrders, kube::key_of(metadata), kube::Part::Status,
                                  runtime::status_patch(version_, saved_, view_.status), kAsOrders);
    if (!answer && answer.error().code == Code::NotFound)
      return Error{Code::Conflict, answer.error().message};
    if (!answer) return answer.error();
    version_ = watch::resource_version_of(*answer);
    saved_ = view_.status;
  }
  const auto subject = runtime::subject_of(api::kOrders, metadata);
  for (const auto& event : std::exchange(events_, {})) parts_.events.record(subject, event);
  return Done{};
}

void OrderPass::announce(EventType type, std::string_view reason, std::string message) {
  events_.push_back({type, std::string(reason), std::move(message)});
}

}  // namespace cw::controller::acme
