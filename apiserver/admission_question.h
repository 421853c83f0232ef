// What the admission step is asked about, and what it has to say beside yes and no.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/request_options.h"
#include "apiserver/resource_row.h"
#include "lib/kube/admission_review.h"

namespace cw::apiserver {

enum class AdmissionOperation : std::uint8_t { Create, Update, Delete };
// "CREATE"
std::string_view word_of(AdmissionOperation);

struct AdmissionAsked {
  const ResourceRow& row;
  std::string_view sub_resource = {};  // "status"; empty: the object itself
  AdmissionOperation operation = AdmissionOperation::Create;
  kube::ObjectKey key;           // of the request line; without a name it is the object's
  const Json* object = nullptr;  // null: a deletion
  const Json* old = nullptr;     // null: a creation
  const kube::UserInfo& user;
  // One of the two, or none: no options.
  const WriteOptions* write = nullptr;
  const DeleteOptions* removal = nullptr;
  // What the object is, if it is not one of the resource: a TokenRequest at serviceaccounts/token.
  const ResourceRow* object_row = nullptr;

  bool is_dry_run() const {
    return (write != nullptr && write->dry_run) || (removal != nullptr && removal->dry_run);
  }
  std::string name() const;
  // Of a Namespace its own name.
  std::string name_space() const;
};

// For the client and for the audit log.
struct AdmissionNotes {
  std::vector<std::string> warnings = {};
  std::map<std::string, std::string> audit_annotations = {};  // key with the webhook's name in front

  void add(AdmissionNotes more);
};

// CreateOptions, UpdateOptions or DeleteOptions, as the client gave them.
Json options_object(const AdmissionAsked&);

// The subresource that the part is: "status"; empty for the whole object.
std::string_view sub_resource_of(ObjectPart);

}  // namespace cw::apiserver
