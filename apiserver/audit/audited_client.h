// AuditedClient: a client in the process whose writes are told to the audit log, as those of a cluster's
// controllers are, which come over HTTPS. Reads are not told: they cost nobody anything. Events are of level
// Metadata; their source is the loopback address. Thread-safe.
#pragma once

#include <memory>

#include "apiserver/audit/audit_log.h"
#include "apiserver/in_process_client.h"
#include "apiserver/stored_object.h"
#include "lib/kube/admission_review.h"

namespace cw::apiserver {

class AuditedClient final : public InProcessClient {
 public:
  // `log` outlives it.
  AuditedClient(std::unique_ptr<InProcessClient> client, kube::UserInfo user, AuditLog& log)
      : client_(std::move(client)), user_(std::move(user)), log_(log) {}

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
  class Told;

  const std::unique_ptr<InProcessClient> client_;
  const kube::UserInfo user_;
  AuditLog& log_;
};

}  // namespace cw::apiserver
