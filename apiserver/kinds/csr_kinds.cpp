#include "apiserver/kinds/csr_kinds.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/authorizer.h"
#include "apiserver/human_age.h"
#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/csr_check.h"
#include "apiserver/kinds/kind_checks.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/pki/csr.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

constexpr kube::Resource kCsr{"certificates.k8s.io", "v1", "certificatesigningrequests",
                              "CertificateSigningRequest", false};
constexpr std::string_view kClientSigner = "kubernetes.io/kube-apiserver-client";

void drop_status(Json& csr) { csr["status"] = Json::object(); }

// What the client says of itself is replaced by what the server knows.
void stamp_requester(Json& csr, const kube::UserInfo& user) {
  Json& spec = make_object(csr, "spec");
  for (const char* member : {"username", "uid", "groups", "extra"}) spec.erase(member);
  if (!user.username.empty()) spec["username"] = user.username;
  if (!user.uid.empty()) spec["uid"] = user.uid;
  if (!user.groups.empty()) spec["groups"] = user.groups.items();
  for (const auto& [key, values] : user.extra) spec["extra"][key] = values.items();
}

void keep_all(Json& next, const Json& old) {
  copy_member(next, old, "spec");
  copy_member(next, old, "status");
}

// ---- subresources

// Instances of a decision stay as they are where their number is the same.
void keep_decisions(Json& next, const Json& old, std::string_view type) {
  const auto indices = [&](const Json& csr) {
    std::vector<std::size_t> found;
    const Json& conditions = array_member(object_member(csr, "status"), "conditions");
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (text_member(conditions[i], "type") == type) found.push_back(i);
    }
    return found;
  };
  const auto before = indices(old);
  const auto after = indices(next);
  if (before.size() != after.size()) return;
  for (std::size_t i = 0; i < before.size(); ++i) {
    next["status"]["conditions"][after[i]] = old["status"]["conditions"][before[i]];
  }
}

void set_condition_times(Json& next, const Json& old, TimePoint now) {
  Json* status = next.contains("status") ? &next["status"] : nullptr;
  if (status == nullptr || !status->contains("conditions")) return;
  const std::string time = format_time(now);
  for (Json& condition : (*status)["conditions"]) {
    if (text_member(condition, "lastUpdateTime").empty()) condition["lastUpdateTime"] = time;
    if (!text_member(condition, "lastTransitionTime").empty()) continue;
    condition["lastTransitionTime"] = time;
    for (const Json& before : array_member(object_member(old, "status"), "conditions")) {
      const bool same = text_member(before, "type") == text_member(condition, "type") &&
                        text_member(before, "status") == text_member(condition, "status") &&
                        !text_member(before, "lastTransitionTime").empty();
      if (!same) continue;
      condition["lastTransitionTime"] = before["lastTransitionTime"];
      break;
    }
  }
}

void prepare_csr_part(Json& next, const Json& old, ObjectPart part, TimePoint now) {
  if (part == ObjectPart::Status) {
    keep_decisions(next, old, kApproved);
    keep_decisions(next, old, kDenied);
  }
  set_condition_times(next, old, now);
  if (part != ObjectPart::Approval) return;
  Json status = object_member(old, "status");
  copy_member(status, object_member(next, "status"), "conditions");
  next["status"] = std::move(status);
}

FieldErrors check_update(const Json& next, const Json& old) {
  return check_changed_csr(next, old, ObjectPart::Whole);
}

// ---- rights

// The verb on the signer itself, or on all signers of its domain.
bool may(std::string_view verb, const std::string& signer, const kube::UserInfo& user,
         const Authorizer& authorizer) {
  rbac::Attributes attributes{
      .verb = std::string(verb), .api_group = std::string(kCsr.group), .resource = "signers", .name = signer};
  if (authorizer.decide(user, attributes).allowed) return true;
  attributes.name = signer.substr(0, signer.find('/')) + "/*";
  return authorizer.decide(user, attributes).allowed;
}

Outcome<Done> permit_signer(const KindWrite& write, std::string_view verb, std::string_view what,
                            const Authorizer& authorizer) {
  const std::string signer = text_at(*write.old, {"spec", "signerName"});
  if (may(verb, signer, write.user, authorizer)) return Done{};
  return kube::forbidden(
      kCsr, metadata_text(write.next, "name"),
      "user not permitted to " + std::string(what) + " requests with signerName " + kube::quoted(signer));
}

// Nobody may ask for the rights of system:masters.
Outcome<Done> permit_subject(const Json& csr) {
  if (text_at(csr, {"spec", "signerName"}) != kClientSigner) return Done{};
  const std::string pem = decode_base64(text_at(csr, {"spec", "request"})).value_or("");
  const Result<pki::Csr> request = pki::Csr::parse_pem(pem);
  if (!request) return Done{};
  const auto organizations = pki::subject_fields(request->subject()).organizations;
  if (std::find(organizations.begin(), organizations.end(), kAdminGroup) == organizations.end()) {
    return Done{};
  }
  return kube::forbidden(
      kCsr, metadata_text(csr, "name"),
      "use of " + std::string(kClientSigner) + " signer with system:masters group is not allowed");
}

Outcome<Done> permit_csr(const KindWrite& write, const Authorizer& authorizer) {
  if (write.old == nullptr) return permit_subject(write.next);
  if (write.part == ObjectPart::Approval) return permit_signer(write, "approve", "approve", authorizer);
  if (write.part != ObjectPart::Status) return Done{};
  const Json& before = object_member(*write.old, "status");
  const Json& after = object_member(write.next, "status");
  const bool same = text_member(before, "certificate") == text_member(after, "certificate") &&
                    array_member(before, "conditions") == array_member(after, "conditions");
  return same ? Outcome<Done>(Done{}) : permit_signer(write, "sign", "sign", authorizer);
}

// ---- columns

std::string status_of(const Json& csr) {
  const Json& conditions = array_member(object_member(csr, "status"), "conditions");
  std::string status = find_condition(conditions, kDenied) != nullptr     ? "Denied"
                       : find_condition(conditions, kApproved) != nullptr ? "Approved"
                                                                          : "Pending";
  if (find_condition(conditions, kFailed) != nullptr) status += ",Failed";
  if (!text_at(csr, {"status", "certificate"}).empty()) status += ",Issued";
  return status;
}

std::vector<Json> csr_cells(const Json& csr, TimePoint now) {
  const Json& spec = object_member(csr, "spec");
  const std::string signer = text_member(spec, "signerName");
  const Json* seconds = find_member(spec, "expirationSeconds");
  return {metadata_text(csr, "name"),
          human_age(metadata_text(csr, "creationTimestamp"), now),
          signer.empty() ? "<none>" : signer,
          text_member(spec, "username"),
          seconds != nullptr ? human_duration(std::chrono::seconds(seconds->get<std::int64_t>())) : "<none>",
          status_of(csr)};
}

}  // namespace

KindRules csr_rules() {
  return {.prepare_create = drop_status,
          .prepare_update = keep_all,
          .check_create = check_new_csr,
          .check_update = check_update,
          .prepare_part = prepare_csr_part,
          .check_part = check_changed_csr,
          .stamp = stamp_requester,
          .permit = permit_csr};
}

std::vector<std::string> csr_reset_fields(ObjectPart part) {
  if (part == ObjectPart::Status) return {"spec", "status.conditions"};
  if (part == ObjectPart::Approval) return {"spec", "status.certificate"};
  return {"spec", "status"};
}

TableColumns csr_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "Age"},
           {.name = "SignerName"},
           {.name = "Requestor"},
           {.name = "RequestedDuration"},
           {.name = "Condition"}},
          csr_cells};
}

}  // namespace cw::apiserver
