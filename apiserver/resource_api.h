// ResourceApi: requests for resources (/api/…, /apis/…) to answers. Each verb reads its parameters, calls the
// read or write path and presents what comes back. Thread-safe.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "apiserver/api_parts.h"
#include "apiserver/namespace_gate.h"
#include "apiserver/patch.h"
#include "apiserver/presentation.h"
#include "apiserver/read_path.h"
#include "apiserver/removal.h"
#include "apiserver/request_info.h"
#include "apiserver/reviews.h"
#include "apiserver/write_path.h"
#include "lib/http/server.h"

namespace cw::apiserver {

class ResourceApi {
 public:
  // Watches end when `stop` is asked.
  ResourceApi(const ApiParts& parts, NamespaceGate& gate, std::stop_token stop)
      : parts_(parts),
        presentation_(parts.clock, parts.documentation),
        reads_(parts),
        writes_(parts, gate),
        removal_(parts, gate),
        reviews_(parts, gate),
        stop_(std::move(stop)) {}

  // Notes for the audit log; those for the client are in the answer.
  http::Response handle(const http::Request&, const RequestInfo&, const kube::UserInfo&,
                        AdmissionNotes&) const;

 private:
  // One request on its way through.
  struct Call {
    const http::Request& request;
    const RequestInfo& info;
    const kube::UserInfo& user;
    AdmissionNotes& notes;
    RowPtr row_ptr;  // kept as long as the request, a watch included
    const ResourceRow& row = *row_ptr;
    ObjectPart part = ObjectPart::Whole;
    Wanted wanted = {};
    ObjectKey key() const { return {row.resource.namespaced ? info.name_space : std::string(), info.name}; }
  };
  using Answer = kube::Outcome<http::Response>;

  Answer dispatch(const http::Request&, const RequestInfo&, const kube::UserInfo&, AdmissionNotes&) const;
  Answer serve(const Call&) const;
  Answer get(const Call&) const;
  Answer list(const Call&) const;
  Answer watch(const Call&) const;
  Answer create(const Call&) const;
  Answer review(const Call&) const;
  kube::Outcome<Done> admit_review(const Call&, const WriteOptions&, Json& review) const;
  Answer update(const Call&) const;
  Answer patch(const Call&) const;
  Answer apply(const Call&, const Patch&) const;
  Answer scale(const Call&) const;
  Answer remove(const Call&) const;
  Answer remove_collection(const Call&) const;
  kube::Outcome<WantedObject> read_object(const Call&, FieldValidation) const;
  http::Response written(const Call&, const WrittenObject&) const;

  ApiParts parts_;
  Presentation presentation_;
  ReadPath reads_;
  WritePath writes_;
  Removal removal_;
  Reviews reviews_;
  std::stop_token stop_;
};

}  // namespace cw::apiserver
