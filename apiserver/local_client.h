// LocalClient: the API server without HTTP, for what runs in the same process. Reads and writes take the same
// path as requests from outside. Passes tests/contract/kube_client_contract.h. Thread-safe.
#pragma once

#include "apiserver/api_parts.h"
#include "apiserver/in_process_client.h"
#include "apiserver/namespace_gate.h"
#include "apiserver/path_api.h"
#include "apiserver/read_path.h"
#include "apiserver/removal.h"
#include "apiserver/reviews.h"
#include "apiserver/write_path.h"
#include "lib/kube/client.h"

namespace cw::apiserver {

class LocalClient final : public InProcessClient {
 public:
  // Acts as `user`, who may do all. Everything must outlive it. Watches end when `server_stops` is asked.
  LocalClient(const ApiParts& parts, NamespaceGate& gate, const PathApi& paths, kube::UserInfo user,
              std::stop_token server_stops)
      : parts_(parts),
        reads_(parts),
        writes_(parts, gate),
        removal_(parts, gate),
        reviews_(parts, gate),
        paths_(paths),
        user_(std::move(user)),
        server_stops_(std::move(server_stops)) {}

  Result<Json> get(const kube::Resource&, const ObjectKey&) const override;
  Result<kube::ObjectList> list(const kube::Resource&, const kube::ListOptions&) const override;
  Status watch(const kube::Resource&, const kube::WatchOptions&, const kube::OnWatchEvent&,
               std::stop_token) const override;
  Result<Json> get_path(std::string_view path) const override;

  Result<Json> create(const kube::Resource&, const Json& object, const kube::WriteOptions&) override;
  Result<Json> update(const kube::Resource&, kube::Part, const Json& object,
                      const kube::WriteOptions&) override;
  Result<Json> merge_patch(const kube::Resource&, const ObjectKey&, kube::Part, const Json& patch,
                           const kube::WriteOptions&) override;
  Result<Json> apply(const kube::Resource&, const Json& config, const kube::WriteOptions&) override;
  Status remove(const kube::Resource&, const ObjectKey&, const kube::Preconditions&) override;

 private:
  Result<RowPtr> row_of(const kube::Resource&) const;
  Result<Json> ask(const ResourceRow&, const Json& review, const ObjectKey&,
                   const std::string& sub_resource) const;
  Result<Json> change(const ResourceRow&, const ObjectKey&, kube::Part, const kube::WriteOptions&,
                      const ObjectChange&);

  ApiParts parts_;
  ReadPath reads_;
  WritePath writes_;
  Removal removal_;
  Reviews reviews_;
  const PathApi& paths_;
  kube::UserInfo user_;
  std::stop_token server_stops_;
};

}  // namespace cw::apiserver
