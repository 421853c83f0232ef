#include "apiserver/admission_question.h"

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

Json write_options(const WriteOptions& options, AdmissionOperation operation) {
  Json object{{"kind", operation == AdmissionOperation::Create ? "CreateOptions" : "UpdateOptions"}};
  if (!options.given_manager.empty()) object["fieldManager"] = options.given_manager;
  if (!options.given_validation.empty()) object["fieldValidation"] = options.given_validation;
  return object;
}

const char* word_of(Propagation propagation) {
  switch (propagation) {
    case Propagation::Background:
      return "Background";
    case Propagation::Foreground:
      return "Foreground";
    case Propagation::Orphan:
      return "Orphan";
    case Propagation::Unset:
      break;
  }
  return "";
}

Json delete_options(const DeleteOptions& options) {
  Json object{{"kind", "DeleteOptions"}};
  if (options.propagation != Propagation::Unset) object["propagationPolicy"] = word_of(options.propagation);
  if (options.uid) object["preconditions"]["uid"] = *options.uid;
  if (options.resource_version) object["preconditions"]["resourceVersion"] = *options.resource_version;
  return object;
}

}  // namespace

std::string_view word_of(AdmissionOperation operation) {
  switch (operation) {
    case AdmissionOperation::Create:
      return "CREATE";
    case AdmissionOperation::Update:
      return "UPDATE";
    case AdmissionOperation::Delete:
      break;
  }
  return "DELETE";
}

std::string AdmissionAsked::name() const {
  return key.name.empty() && object != nullptr ? metadata_text(*object, "name") : key.name;
}

std::string AdmissionAsked::name_space() const {
  const bool is_namespace = row.resource.plural == "namespaces" && row.resource.group.empty();
  return is_namespace ? name() : key.name_space;
}

void AdmissionNotes::add(AdmissionNotes more) {
  for (std::string& warning : more.warnings) warnings.push_back(std::move(warning));
  audit_annotations.merge(more.audit_annotations);
}

Json options_object(const AdmissionAsked& asked) {
  Json object = nullptr;
  if (asked.removal != nullptr) object = delete_options(*asked.removal);
  if (asked.write != nullptr) object = write_options(*asked.write, asked.operation);
  if (object.is_null()) return object;
  object["apiVersion"] = "meta.k8s.io/v1";
  if (asked.is_dry_run()) object["dryRun"] = {"All"};
  return object;
}

std::string_view sub_resource_of(ObjectPart part) {
  switch (part) {
    case ObjectPart::Whole:
      return {};
    case ObjectPart::Status:
      return "status";
    case ObjectPart::Finalizers:
      return "finalize";
    case ObjectPart::Approval:
      return "approval";
    case ObjectPart::Scale:
      return "scale";
    case ObjectPart::Ephemeral:
      return "ephemeralcontainers";
  }
  return {};
}

}  // namespace cw::apiserver
