// ApiParts: what the steps of a request share. Owned by ApiServer, which outlives them all.
#pragma once

#include "apiserver/admission.h"
#include "apiserver/authorizer.h"
#include "apiserver/resource_table.h"
#include "apiserver/store.h"
#include "apiserver/type_catalog.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

struct ApiParts {
  Store& store;
  const ResourceTable& resources;
  const TypeCatalog& types;
  const Admission& admission;
  const Authorizer& authorizer;
  const Clock& clock;
};

}  // namespace cw::apiserver
