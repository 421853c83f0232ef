// Objects in the form in which a resource serves or stores them. Where a CustomResourceDefinition has a
// conversion webhook it is asked, which takes time and may fail: 500. Nothing is locked meanwhile.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "apiserver/stored_object.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

// As the resource serves it, with its resourceVersion; what has been given out by ReadPath, or is not the
// business of a webhook.
Json served_object(const StoredObject&, const ResourceRow&);
// The same of what the store gave.
kube::Outcome<Json> read_stored(const StoredObject&, const ResourceRow&);
// As it is written to the store.
kube::Outcome<std::string> stored_text(const Json& object, const ResourceRow&);
// What a client is shown that wrote this: as in kube-apiserver what has been stored is read back.
kube::Outcome<Json> read_back(Json written, const std::string& stored_text, const ResourceRow&);
// An object of one resource as another that stores the same objects has it.
kube::Outcome<Json> in_form(const Json& object, const ResourceRow& from, const ResourceRow& to);

}  // namespace cw::apiserver
