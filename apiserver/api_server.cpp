#include "apiserver/api_server.h"

#include <array>
#include <exception>
#include <filesystem>
#include <thread>

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/cached_store.h"
#include "apiserver/data_directory.h"
#include "apiserver/default_roles.h"
#include "apiserver/housekeeping.h"
#include "apiserver/identity.h"
#include "apiserver/impersonation.h"
#include "apiserver/local_client.h"
#include "apiserver/object_decode.h"
#include "apiserver/resource_api.h"
#include "apiserver/server_identity.h"
#include "apiserver/sqlite_journal.h"
#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

constexpr std::array<const char*, 4> kFirstNamespaces{"default", "kube-system", "kube-public",
                                                      "kube-node-lease"};

Result<std::unique_ptr<CachedStore>> open_store(const DataDirectory* directory, const Clock& clock) {
  std::unique_ptr<Journal> journal;
  if (directory != nullptr) journal = TRY(SqliteJournal::open(directory->file("store.db")));
  return CachedStore::open(std::move(journal), clock);
}

// A refusal of the HTTP layer itself: too large, not HTTP.
http::Response refused(int status, std::string_view message) {
  kube::Reason reason = kube::Reason::BadRequest;
  if (status == 413) reason = kube::Reason::RequestEntityTooLarge;
  if (status == 429) reason = kube::Reason::TooManyRequests;
  if (status >= 500) reason = kube::Reason::InternalError;
  kube::StatusError error(reason, std::string(message));
  error.http = status;
  return status_response(error);
}

}  // namespace

struct ApiServer::Impl {
  Impl(ApiServerOptions given, std::unique_ptr<DataDirectory> data, std::unique_ptr<CachedStore> objects,
       const Clock& time, kube::Admitter* admitter)
      : options(std::move(given)),
        directory(std::move(data)),
        store(std::move(objects)),
        clock(time),
        admission(admitter),
        authorizer(*store),
        parts{*store, resources, types, admission, authorizer, clock},
        resource_api(parts, gate, stopping.get_token()),
        path_api(resources, types, *store) {}

  http::Response handle(const http::Request&);
  http::Response route(const http::Request&, const RequestInfo&);
  Status make_first_namespaces(LocalClient&);
  Status make_first_objects();
  Status listen(const ServerIdentity&);
  std::unique_ptr<LocalClient> client(kube::UserInfo user) {
    return std::make_unique<LocalClient>(parts, gate, path_api, std::move(user), stopping.get_token());
  }

  ApiServerOptions options;
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<CachedStore> store;
  const Clock& clock;
  ResourceTable resources;
  TypeCatalog types;
  Admission admission;
  Authorizer authorizer;
  ApiParts parts;
  NamespaceGate gate;
  std::stop_source stopping;
  ResourceApi resource_api;
  PathApi path_api;
  pki::KeyMaker* keys = nullptr;
  std::string url;
  std::unique_ptr<http::Server> server;
  std::jthread housekeeper;
};

http::Response ApiServer::Impl::handle(const http::Request& request) {
  const RequestInfo info = read_request(request);
  http::Response response;
  try {
    response = route(request, info);
  } catch (const std::exception& bug) {
    log::error("a request failed", {{"path", request.path}, {"error", bug.what()}});
    response = status_response(kube::internal_error("the request could not be served"));
  }
  path_api.count(info.verb, response.status);
  return response;
}

http::Response ApiServer::Impl::route(const http::Request& request, const RequestInfo& info) {
  kube::Outcome<kube::UserInfo> user = authenticate(request);
  if (user) user = impersonate(*user, request, authorizer);
  if (!user) return status_response(user.error());
  const kube::Outcome<Done> allowed = authorizer.check(*user, info);
  if (!allowed) return status_response(allowed.error());
  if (info.is_resource) return resource_api.handle(request, info, *user);
  return path_api.handle(request);
}

Status ApiServer::Impl::make_first_namespaces(LocalClient& writer) {
  constexpr kube::Resource kNamespace{"", "v1", "namespaces", "Namespace", false};
  for (const char* name : kFirstNamespaces) {
    if (store->get({std::string(kNamespaces), {"", name}})) continue;
    const Json object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
    const auto made = writer.create(kNamespace, object, {});
    if (!made) return made.error();
  }
  return Done{};
}

Status ApiServer::Impl::make_first_objects() {
  const auto system = client(system_user());
  TRY(make_first_namespaces(*system));
  TRY(make_default_roles(*system, *system));
  RoleAggregation roles(parts, gate);
  while (roles.step()) {
  }
  return Done{};
}

Status ApiServer::Impl::listen(const ServerIdentity& identity) {
  http::ServerOptions wanted;
  wanted.address = options.address;
  wanted.port = options.port;
  wanted.tls =
      TRY(http::TlsIdentity::from_pem(identity.serving.certificate_pem, identity.serving.key_pem.reveal()));
  wanted.client_ca_pem = identity.ca_pem;
  wanted.error_body = refused;
  server = std::make_unique<http::Server>(std::move(wanted),
                                          [this](const http::Request& request) { return handle(request); });
  const int port = TRY(server->start());
  const bool any = options.address.empty() || options.address == "0.0.0.0" || options.address == "::";
  const bool ipv6 = options.address.find(':') != std::string::npos;
  const std::string host = any ? "127.0.0.1" : ipv6 ? "[" + options.address + "]" : options.address;
  url = "https://" + host + ":" + std::to_string(port);
  return Done{};
}

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ApiServer::~ApiServer() { stop(); }

Result<std::unique_ptr<ApiServer>> ApiServer::create(ApiServerOptions options, const Clock& clock,
                                                     kube::Admitter* admitter, pki::KeyMaker& keys) {
  std::unique_ptr<DataDirectory> directory;
  if (!options.data_dir.empty()) directory = TRY(DataDirectory::open(options.data_dir));
  std::unique_ptr<CachedStore> store = TRY(open_store(directory.get(), clock));
  auto impl =
      std::make_unique<Impl>(std::move(options), std::move(directory), std::move(store), clock, admitter);
  impl->keys = &keys;
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(impl)));
}

Status ApiServer::start() {
  const ServerIdentity identity = TRY(
      make_server_identity(impl_->directory.get(), impl_->options.address, *impl_->keys, impl_->clock.now()));
  TRY(impl_->make_first_objects());
  TRY(impl_->listen(identity));
  impl_->housekeeper = std::jthread(
      [this](const std::stop_token& stop) { Housekeeping(impl_->parts, impl_->gate).run(stop); });
  if (impl_->options.kubeconfig_out.empty()) return Done{};
  return write_private_file(impl_->options.kubeconfig_out, kubeconfig_text(identity, impl_->url).reveal());
}

void ApiServer::stop() {
  impl_->stopping.request_stop();
  if (impl_->server) impl_->server->stop();
  if (impl_->housekeeper.joinable()) {
    impl_->housekeeper.request_stop();
    impl_->housekeeper.join();
  }
}

const std::string& ApiServer::url() const { return impl_->url; }

std::unique_ptr<InProcessClient> ApiServer::local_client(const std::string& user_name) {
  constexpr std::string_view kServiceAccount = "system:serviceaccount:";
  kube::UserInfo user;
  user.username = user_name;
  user.groups = {std::string(kAdminGroup), std::string(kAuthenticated)};
  if (user_name.starts_with(kServiceAccount)) {
    const auto name_space =
        user_name.substr(kServiceAccount.size(), user_name.rfind(':') - kServiceAccount.size());
    user.groups = {"system:serviceaccounts", "system:serviceaccounts:" + name_space,
                   std::string(kAuthenticated)};
  }
  return impl_->client(std::move(user));
}

}  // namespace cw::apiserver
