// Which admission plugins look at a request. Source: reference/admission.md 3.2 (chain: identity, approval,
// resource validation). Data.
#pragma once

namespace cw::webhook {

struct Plugins {
  bool identity = false;    // certificaterequests of any version and subresource
  bool approval = false;    // an update of certificaterequests/status
  bool validation = false;  // a resource of the dispatch table
};

}  // namespace cw::webhook
