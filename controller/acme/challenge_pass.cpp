#include "controller/acme/challenge_pass.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "controller/runtime/status_patch.h"
#include "lib/api/acme_state.h"
#include "lib/api/names.h"
#include "lib/api/resources.h"
#include "lib/kube/field_error.h"
#include "lib/watch/object_version.h"

namespace cw::controller::acme {
namespace {

using runtime::EventType;
using runtime::Outcome;

constexpr int kMaxSteps = 20;
const kube::WriteOptions kAsChallenges{.field_manager = "cert-manager-challenges"};

// What we know is old: the pass begins again once the news is here.
Error outdated_if_gone(const Error& error) {
  return error.code == Code::NotFound ? Error{Code::Conflict, error.message} : error;
}

}  // namespace

SolverScope scope_of(const api::Challenge& challenge, const ChallengeOptions& options) {
  if (api::issuer_kind(challenge.spec.issuer_ref) == api::kClusterIssuerKind) {
    return {.resource_namespace = options.cluster_resource_namespace,
            .ambient_credentials = options.cluster_issuer_ambient_credentials};
  }
  return {.resource_namespace = challenge.metadata.name_space,
          .ambient_credentials = options.issuer_ambient_credentials};
}

ChallengePass::ChallengePass(const Parts& parts, const api::Challenge& challenge)
    : parts_(parts),
      key_(kube::key_of(challenge.metadata)),
      view_{.challenge = challenge,
            .memory = parts.memory.find(challenge.metadata),
            .check_retry_period = parts.options.check_retry_period,
            .now = parts.now,
            .steady_now = std::chrono::steady_clock::now()},
      saved_(challenge.status) {}

Result<Outcome> ChallengePass::run() {
  auto& memory = view_.memory;
  if (!is_over() && view_.steady_now < memory.quiet_until) {
    return too_early(view_.steady_now, memory.quiet_until);
  }
  auto ended = steps();
  memory.quiet_until = quiet_until(memory.quiet_until, ended, view_.steady_now, parts_.pace);
  parts_.memory.put(view_.challenge.metadata, memory);
  auto saved = save();
  if (is_over()) parts_.slots.release(key_);
  if (!saved) return saved.error();
  return ended;
}

bool ChallengePass::is_over() const {
  return view_.challenge.metadata.deletion_timestamp || api::is_final_state(view_.challenge.status.state);
}

Result<Outcome> ChallengePass::steps() {
  for (int i = 0; i < kMaxSteps; ++i) {
    if (auto ended = std::visit(*this, next_step(view_))) return *std::move(ended);
  }
  return Error{Code::Unavailable, "the server's answers about the challenge lead nowhere"};
}

ChallengePass::Ended ChallengePass::operator()(const Idle& /*step*/) { return Outcome{}; }

ChallengePass::Ended ChallengePass::operator()(const WaitFor& step) {
  return Outcome{.again_after = step.left};
}

ChallengePass::Ended ChallengePass::operator()(const Queue& /*step*/) {
  if (!parts_.slots.take(key_, view_.challenge)) return Outcome{};
  view_.has_slot = true;
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const HoldOpen& /*step*/) {
  TRY(write_finalizers(with_finalizer(view_.challenge.metadata.finalizers)));
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const Present& /*step*/) {
  auto& status = view_.challenge.status;
  auto* solver = this->solver();
  if (solver == nullptr) {
    return Error{Code::Invalid, "this controller answers no challenges of type " + view_.challenge.spec.type};
  }
  TRY(served());
  const auto presented = solver->present(view_.challenge, scope_of(view_.challenge, parts_.options));
  if (!presented) {
    status.reason = "Error presenting challenge: " + presented.error().message;
    status.processing = false;
    announce(EventType::Warning, "PresentError", status.reason);
    // Whoever fails does not keep others waiting.
    TRY(save());
    parts_.slots.release(key_);
    return presented.error();
  }
  if (!status.processing) announce(EventType::Normal, "Started", "Challenge scheduled for processing");
  announce(EventType::Normal, "Presented",
           "Presented challenge using " + view_.challenge.spec.type + " challenge mechanism");
  status.processing = true;
  status.presented = true;
  status.presented_at = view_.now;
  status.reason.clear();
  // What stands in the status already was learnt by somebody else, some time ago.
  if (status.state.empty()) view_.memory.knows_server = true;
  if (status.state.empty()) status.state = api::kStatePending;
  TRY(save());
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const Check& /*step*/) {
  auto* solver = this->solver();
  if (solver == nullptr) {
    return Error{Code::Invalid, "this controller answers no challenges of type " + view_.challenge.spec.type};
  }
  const auto seen = solver->check(view_.challenge, scope_of(view_.challenge, parts_.options));
  learn_visibility(view_, seen, parts_.pace);
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const Accept& /*step*/) {
  const auto served = TRY(this->served());
  const auto answer = served.client->accept_challenge(view_.challenge.spec.url);
  if (!answer && answer.error().is_final()) return look(*served.client, answer.error());
  if (!answer) return put_off(answer.error());
  view_.memory.is_accepted = true;
  view_.memory.accepted_at = view_.now;
  view_.memory.looks = {};
  const bool is_decided = answer->status == api::kStateValid || answer->status == api::kStateInvalid;
  if (!is_decided) {
    view_.memory.looks = look_later({}, parts_.pace, std::nullopt, std::chrono::steady_clock::now());
  }
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const LookAtAuthorization& /*step*/) {
  const auto served = TRY(this->served());
  return look(*served.client, std::nullopt);
}

ChallengePass::Ended ChallengePass::operator()(const CleanUp& /*step*/) {
  TRY(save());
  parts_.slots.release(key_);
  auto* solver = this->solver();
  const auto& challenge = view_.challenge;
  const auto cleaned =
      solver != nullptr ? solver->clean_up(challenge, scope_of(challenge, parts_.options)) : Status(Done{});
  if (!cleaned) {
    const auto message = "Error cleaning up challenge: " + cleaned.error().message;
    announce(EventType::Warning, "CleanUpError", message);
    // Why it failed is worth more.
    if (!api::is_failed_state(challenge.status.state)) view_.challenge.status.reason = message;
    return cleaned.error();
  }
  view_.memory.is_cleaned = true;
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const SettleStatus& /*step*/) {
  view_.challenge.status.processing = false;
  view_.challenge.status.presented = false;
  TRY(save());
  return std::nullopt;
}

ChallengePass::Ended ChallengePass::operator()(const LetGo& /*step*/) {
  TRY(save());
  TRY(write_finalizers(without_finalizers(view_.challenge.metadata.finalizers)));
  return std::nullopt;
}

Result<Served> ChallengePass::served() const {
  return find_client(parts_.directory, parts_.clients, view_.challenge.spec.issuer_ref, key_.name_space);
}

ChallengeSolver* ChallengePass::solver() const {
  const auto& challenge = view_.challenge;
  const bool marked = challenge.metadata.annotations.get(api::kTlsAlpn01Annotation) == api::kAnnotationTrue;
  const auto found = parts_.solvers.find(marked ? std::string(kTlsAlpn01Solver) : challenge.spec.type);
  return found != parts_.solvers.end() ? found->second : nullptr;
}

ChallengePass::Ended ChallengePass::look(wire::AcmeClient& client,
                                         const std::optional<wire::Failure>& refusal) {
  const auto seen = client.get_authorization(view_.challenge.spec.authorization_url);
  if (!seen && !seen.error().is_final()) return put_off(seen.error());
  if (seen) {
    view_.steady_now = std::chrono::steady_clock::now();
    learn_authorization(view_, *seen, parts_.pace, refusal);
  } else {
    learn_refusal(view_, seen.error());
  }
  announce_end();
  if (api::is_final_state(view_.challenge.status.state) || !takes_too_long(view_)) return std::nullopt;
  view_.memory.looks.next = SteadyTime::min();
  return Error{Code::Unavailable, "the server has not decided about the challenge yet"};
}

ChallengePass::Ended ChallengePass::put_off(const wire::Failure& failure) {
  if (is_long(failure)) view_.challenge.status.reason = failure.message;
  view_.memory.quiet_until = view_.steady_now + quiet_after(failure, parts_.pace);
  return set_back(failure, parts_.now);
}

void ChallengePass::announce_end() {
  const auto& challenge = view_.challenge;
  const auto& spec = challenge.spec;
  if (challenge.status.state == api::kStateValid) {
    announce(EventType::Normal, "DomainVerified",
             "Domain " + kube::quoted(spec.dns_name) + " verified with " + kube::quoted(spec.type) +
                 " validation");
  } else if (api::is_failed_state(challenge.status.state)) {
    announce(EventType::Warning, "Failed", challenge.status.reason);
  }
}

Status ChallengePass::write_finalizers(kube::List<std::string> finalizers) {
  auto& metadata = view_.challenge.metadata;
  kube::Json list = kube::Json::array();
  for (const auto& finalizer : finalizers) list.push_back(finalizer);
  const kube::Json patch{
      {"metadata", {{"resourceVersion", metadata.resource_version}, {"finalizers", std::move(list)}}}};
  const auto answer =
      parts_.writer.merge_patch(api::kChallenges, key_, kube::Part::Object, patch, kAsChallenges);
  if (!answer) return outdated_if_gone(answer.error());
  metadata.resource_version = watch::resource_version_of(*answer);
  metadata.finalizers = std::move(finalizers);
  return Done{};
}

Status ChallengePass::save() {
  auto& challenge = view_.challenge;
  const auto subject = runtime::subject_of(api::kChallenges, challenge.metadata);
  if (!(challenge.status == saved_)) {
    const auto patch = runtime::status_patch(challenge.metadata.resource_version, saved_, challenge.status);
    const auto answer =
        parts_.writer.merge_patch(api::kChallenges, key_, kube::Part::Status, patch, kAsChallenges);
    if (!answer) return outdated_if_gone(answer.error());
    challenge.metadata.resource_version = watch::resource_version_of(*answer);
    saved_ = challenge.status;
  }
  for (const auto& event : std::exchange(events_, {})) parts_.events.record(subject, event);
  return Done{};
}

void ChallengePass::announce(EventType type, std::string_view reason, std::string message) {
  events_.push_back({type, std::string(reason), std::move(message)});
}

}  // namespace cw::controller::acme
