#include "apiserver/audit/audited_client.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/random.h"
#include "lib/kube/status.h"

namespace cw::apiserver {
namespace {

AuditTime now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

ObjectKey key_of(const Json& object) {
  return {metadata_text(object, "namespace"), metadata_text(object, "name")};
}

std::string_view sub_resource_of(kube::Part part) { return part == kube::Part::Status ? "status" : ""; }

// Clients name what they make of a subresource "serviceaccounts/NAME/token".
void set_resource(RequestInfo& info, std::string_view plural) {
  const std::size_t name = std::min(plural.find('/'), plural.size());
  info.resource = plural.substr(0, name);
  if (name == plural.size()) return;
  const std::size_t part = std::min(plural.find('/', name + 1), plural.size());
  info.name = plural.substr(name + 1, part - name - 1);
  info.sub_resource = plural.substr(std::min(part + 1, plural.size()));
}

std::string path_of(const RequestInfo& info) {
  std::string path = info.group.empty() ? "/api/" : "/apis/" + info.group + "/";
  path += info.version;
  if (!info.name_space.empty()) path += "/namespaces/" + info.name_space;
  path += "/" + info.resource;
  if (!info.name.empty()) path += "/" + info.name;
  if (!info.sub_resource.empty()) path += "/" + info.sub_resource;
  return path;
}

}  // namespace

// One write, from its begin to its answer.
class AuditedClient::Told {
 public:
  Told(const AuditedClient& client, std::string_view verb, const kube::Resource& resource, ObjectKey key,
       std::string_view sub_resource = {})
      : log_(client.log_) {
    event_.id = random_uuid();
    event_.user = client.user_;
    event_.address = "127.0.0.1";
    event_.agent = "certwright";
    event_.received = now();
    RequestInfo& info = event_.request;
    info = {.is_resource = true,
            .verb = std::string(verb),
            .group = std::string(resource.group),
            .version = std::string(resource.version),
            .name_space = resource.namespaced ? std::move(key.name_space) : std::string(),
            .sub_resource = std::string(sub_resource),
            .name = std::move(key.name)};
    set_resource(info, resource.plural);
    event_.uri = path_of(info);
    info.path = event_.uri;
  }

  Result<Json> end(Result<Json> answer, int good = 200) {
    if (answer && event_.request.name.empty()) event_.request.name = metadata_text(*answer, "name");
    record(answer ? nullptr : &answer.error(), good);
    return answer;
  }
  Status end(Status answer) {
    record(answer ? nullptr : &answer.error(), 200);
    return answer;
  }

 private:
  void record(const Error* failure, int good) {
    event_.status = good;
    if (failure != nullptr) {
      const kube::StatusError error(*failure);
      event_.status = error.http;
      event_.response_body = kube::to_text(error);
    }
    event_.at = now();
    log_.record(std::move(event_));
  }

  AuditLog& log_;
  AuditEvent event_;
};

Result<Json> AuditedClient::get(const kube::Resource& resource, const ObjectKey& key) const {
  return client_->get(resource, key);
}

Result<kube::ObjectList> AuditedClient::list(const kube::Resource& resource,
                                             const kube::ListOptions& options) const {
  return client_->list(resource, options);
}

Status AuditedClient::watch(const kube::Resource& resource, const kube::WatchOptions& options,
                            const kube::OnWatchEvent& on_event, std::stop_token stop) const {
  return client_->watch(resource, options, on_event, std::move(stop));
}

Result<Json> AuditedClient::get_path(std::string_view path) const { return client_->get_path(path); }

Result<Json> AuditedClient::create(const kube::Resource& resource, const Json& object,
                                   const kube::WriteOptions& options) {
  Told told(*this, "create", resource, {key_of(object).name_space, {}});
  return told.end(client_->create(resource, object, options), 201);
}

Result<Json> AuditedClient::update(const kube::Resource& resource, kube::Part part, const Json& object,
                                   const kube::WriteOptions& options) {
  Told told(*this, "update", resource, key_of(object), sub_resource_of(part));
  return told.end(client_->update(resource, part, object, options));
}

Result<Json> AuditedClient::merge_patch(const kube::Resource& resource, const ObjectKey& key, kube::Part part,
                                        const Json& patch, const kube::WriteOptions& options) {
  Told told(*this, "patch", resource, key, sub_resource_of(part));
  return told.end(client_->merge_patch(resource, key, part, patch, options));
}

Result<Json> AuditedClient::apply(const kube::Resource& resource, const Json& config,
                                  const kube::WriteOptions& options) {
  Told told(*this, "patch", resource, key_of(config));
  return told.end(client_->apply(resource, config, options));
}

Status AuditedClient::remove(const kube::Resource& resource, const ObjectKey& key,
                             const kube::Preconditions& preconditions) {
  Told told(*this, "delete", resource, key);
  return told.end(client_->remove(resource, key, preconditions));
}

}  // namespace cw::apiserver
