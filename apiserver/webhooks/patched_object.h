// What a mutating webhook's answer makes of an object, and how a refusal is told. Pure.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/resource_row.h"
#include "apiserver/type_catalog.h"
#include "lib/kube/status.h"

namespace cw::apiserver::webhooks {

// The operations (RFC 6902) done, and decoded again: defaults are filled in, what the kind does not know
// goes. managedFields stay as they were. Invalid: they do not apply, or what comes is no object of the kind.
Result<Json> patched_object(const ResourceRow&, const TypeCatalog&, const Json& object,
                            const Json& operations);

// A webhook has said no; `status` is what it says about it, a metav1.Status or null.
kube::StatusError refusal(std::string_view webhook, const Json& status);

}  // namespace cw::apiserver::webhooks
