// ApiParts: what the steps of a request share. Owned by ApiServer, which outlives them all.
#pragma once

#include "apiserver/admission.h"
#include "apiserver/authorizer.h"
#include "apiserver/documentation/api_documentation.h"
#include "apiserver/resource_table.h"
#include "apiserver/store.h"
#include "apiserver/tokens/token_authenticator.h"
#include "apiserver/type_catalog.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

class DefinitionKeeper;
namespace webhooks {
class Caller;
}

struct ApiParts {
  Store& store;
  const ResourceTable& resources;
  const TypeCatalog& types;
  const Admission& admission;
  const Authorizer& authorizer;
  const Clock& clock;
  const TokenAuthenticator& tokens;
  DefinitionKeeper* definitions = nullptr;  // null: no kinds come and go
  const ApiDocumentation& documentation = no_documentation();
  webhooks::Caller* caller = nullptr;  // of conversion webhooks; null: no kinds that need them
};

}  // namespace cw::apiserver
