#include "apiserver/api_server.h"

#include <array>
#include <exception>
#include <filesystem>
#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "apiserver/api_response.h"
#include "apiserver/audit/audited_client.h"
#include "apiserver/crd/definition_keeper.h"
#include "apiserver/data_directory.h"
#include "apiserver/default_config_maps.h"
#include "apiserver/default_roles.h"
#include "apiserver/housekeeping.h"
#include "apiserver/identity.h"
#include "apiserver/impersonation.h"
#include "apiserver/kinds/service_addresses.h"
#include "apiserver/local_client.h"
#include "apiserver/object_decode.h"
#include "apiserver/request_trail.h"
#include "apiserver/resource_api.h"
#include "apiserver/server_identity.h"
#include "apiserver/storage.h"
#include "apiserver/tokens/authenticator.h"
#include "apiserver/tokens/openid.h"
#include "apiserver/webhooks/https_caller.h"
#include "apiserver/webhooks/webhook_admission.h"
#include "apiserver/wire/answer.h"
#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

// A watch has a connection to itself, and those of one machine are many: all its controllers.
constexpr std::size_t kMaxConnections = 4096;
constexpr std::size_t kMaxConnectionsPerPeer = 3072;
constexpr std::array<const char*, 4> kFirstNamespaces{"default", "kube-system", "kube-public",
                                                      "kube-node-lease"};

// A refusal of the HTTP layer itself: too large, not HTTP.
http::Response refused(int status, std::string_view message) {
  kube::Reason reason = kube::Reason::BadRequest;
  std::string told(message);
  if (status == 413) {
    reason = kube::Reason::RequestEntityTooLarge;
    // In the words of kube-apiserver.
    told = "Request entity too large: limit is " + std::to_string(http::ServerOptions().max_body);
  }
  if (status == 429) reason = kube::Reason::TooManyRequests;
  if (status >= 500) reason = kube::Reason::InternalError;
  kube::StatusError error(reason, std::move(told));
  error.http = status;
  return status_response(error);
}

// The table knows the kinds that it leaves out.
ServesKind left_out(const ServesKind& serves) {
  if (!serves) return {};
  return [serves](const schemas::KindSchema& kind) { return !serves(kind); };
}

}  // namespace

struct ApiServer::Impl {
  Impl(ApiServerOptions given, std::unique_ptr<DataDirectory> data, Storage storage, const Clock& time,
       kube::Admitter* admitter, ApiDocumentation described, std::unique_ptr<AuditLog> audited)
      : options(std::move(given)),
        documentation(std::move(described)),
        audit(std::move(audited)),
        directory(std::move(data)),
        store(std::move(storage.store)),
        shared(std::move(storage.shared)),
        clock(time),
        resources(left_out(options.serves_kind)),
        authorizer(*store),
        caller(*store),
        webhooks({*store, resources, types, authorizer, caller}),
        admission(admitter, types, &webhooks),
        impersonation(authorizer),
        tokens(*store, clock),
        authenticator(tokens),
        parts{*store, resources, types,        admission,     authorizer,
              clock,  tokens,    &definitions, documentation, &caller},
        definitions(parts, resources, gate, options.serves_kind),
        resource_api(parts, gate, stopping.get_token()),
        path_api(resources, types, documentation),
        limits(options.limits),
        observer(resources, *store, limits, audit.get()) {}

  http::Response handle(const http::Request&);
  http::Response route(const http::Request&, RequestTrail&);
  Status make_first_namespaces(LocalClient&);
  Status make_first_objects(const std::string& ca_pem);
  Result<ServerIdentity> find_identity();
  Status listen(const ServerIdentity&);
  std::unique_ptr<LocalClient> client(kube::UserInfo user) {
    return std::make_unique<LocalClient>(parts, gate, path_api, std::move(user), stopping.get_token());
  }

  ApiServerOptions options;
  ApiDocumentation documentation;
  std::unique_ptr<AuditLog> audit;  // null: none
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<Store> store;
  std::optional<SharedFiles> shared;
  const Clock& clock;
  ResourceTable resources;
  TypeCatalog types;
  Authorizer authorizer;
  webhooks::HttpsCaller caller;
  webhooks::WebhookAdmission webhooks;
  Admission admission;
  Impersonation impersonation;
  TokenAuthenticator tokens;
  Authenticator authenticator;
  NamespaceGate gate;
  ApiParts parts;
  DefinitionKeeper definitions;
  std::stop_source stopping;
  ResourceApi resource_api;
  PathApi path_api;
  RequestLimits limits;
  RequestObserver observer;
  pki::KeyMaker* keys = nullptr;
  std::string url;
  std::unique_ptr<http::Server> server;
  std::jthread housekeeper;
};

http::Response ApiServer::Impl::handle(const http::Request& request) {
  RequestTrail trail = observer.begin(request);
  http::Response response;
  try {
    response = route(request, trail);
  } catch (const std::exception& bug) {
    log::error("a request failed", {{"path", request.path}, {"error", bug.what()}});
    response = status_response(kube::internal_error("the request could not be served"));
  }
  finish_answer(request, {resources, types}, response);
  observer.answered(std::move(trail), request, response);
  return response;
}

http::Response ApiServer::Impl::route(const http::Request& request, RequestTrail& trail) {
  const RequestInfo& info = trail.info;
  kube::Outcome<kube::UserInfo> user = authenticator.authenticate(request);
  if (!user) return status_response(user.error());
  trail.user = *user;
  user = impersonation.act_as(*user, request, info);
  if (!user) return status_response(user.error());
  if (*user != *trail.user) trail.impersonated = *user;
  const auto seat = limits.enter(*user, info);
  if (!seat) return too_many_requests();
  std::string reason;
  const kube::Outcome<Done> allowed = authorizer.check(*user, info, &reason);
  trail.decided(allowed.has_value(), reason);
  if (allowed && info.is_resource && info.verb == "watch") {
    trail.watch_place = limits.enter_watch(*user);
    if (!trail.watch_place) return too_many_requests();
  }
  if (!allowed) {
    http::Response refusal = status_response(allowed.error());
    refusal.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return refusal;
  }
  if (info.is_resource) {
    AdmissionNotes notes;
    http::Response response = resource_api.handle(request, info, *user, notes);
    trail.annotations.merge(notes.audit_annotations);
    return response;
  }
  if (auto documents = openid_response(request, tokens.keys(), url)) return *std::move(documents);
  if (info.path == "/metrics") return observer.metrics_page();
  return path_api.handle(request);
}

Status ApiServer::Impl::make_first_namespaces(LocalClient& writer) {
  constexpr kube::Resource kNamespace{"", "v1", "namespaces", "Namespace", false};
  for (const char* name : kFirstNamespaces) {
    if (store->get({std::string(kNamespaces), {"", name}})) continue;
    const Json object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
    const auto made = writer.create(kNamespace, object, {});
    if (!made && made.error().code != Code::AlreadyExists) return made.error();  // by another server
  }
  return Done{};
}

Status ApiServer::Impl::make_first_objects(const std::string& ca_pem) {
  const auto system = client(system_user());
  TRY(definitions.start());
  TRY(make_first_namespaces(*system));
  TRY(make_default_roles(*system, *system));
  TRY(keep_default_config_maps(*system, *system, ca_pem, clock.now()));
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
  wanted.max_connections = kMaxConnections;
  wanted.max_connections_per_peer = kMaxConnectionsPerPeer;
  wanted.max_streams = kMaxConnections;  // RequestLimits is who counts watches
  wanted.error_body = refused;
  server = std::make_unique<http::Server>(std::move(wanted),
                                          [this](const http::Request& request) { return handle(request); });
  const int port = TRY(server->start());
  const bool any = options.address.empty() || options.address == "0.0.0.0" || options.address == "::";
  const bool ipv6 = options.address.find(':') != std::string::npos;
  const std::string host = any ? "127.0.0.1" : ipv6 ? "[" + options.address + "]" : options.address;
  url = "https://" + host + ":" + std::to_string(port);
  const auto system = client(system_user());
  return keep_kubernetes_service(*system, *system, port);
}

// With the files that other servers share, or that they will share from now on.
Result<ServerIdentity> ApiServer::Impl::find_identity() {
  using OnDifference = SharedFiles::OnDifference;
  if (shared) TRY(shared->take(OnDifference::Refuse));
  for (;;) {
    ServerIdentity identity = TRY(make_server_identity(directory.get(), options.address, *keys, clock.now()));
    auto token_keys = TRY(TokenKeys::open(directory.get(), *keys));
    if (!shared || TRY(shared->offer())) {
      tokens.use(std::move(token_keys));
      return identity;
    }
    TRY(shared->take(OnDifference::Replace));
  }
}

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ApiServer::~ApiServer() { stop(); }

Result<std::unique_ptr<ApiServer>> ApiServer::create(ApiServerOptions options, const Clock& clock,
                                                     kube::Admitter* admitter, pki::KeyMaker& keys) {
  std::unique_ptr<DataDirectory> directory;
  if (!options.data_dir.empty()) directory = TRY(DataDirectory::open(options.data_dir));
  Storage storage = TRY(open_storage(options.etcd, directory.get(), clock));
  ApiDocumentation documentation = TRY(ApiDocumentation::open(options.documentation));
  std::unique_ptr<AuditLog> audit;
  if (!options.audit.path.empty()) audit = TRY(AuditLog::open(options.audit));
  auto impl = std::make_unique<Impl>(std::move(options), std::move(directory), std::move(storage), clock,
                                     admitter, std::move(documentation), std::move(audit));
  impl->keys = &keys;
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(impl)));
}

Status ApiServer::start() {
  const ServerIdentity identity = TRY(impl_->find_identity());
  TRY(impl_->make_first_objects(identity.ca_pem));
  impl_->webhooks.begin();
  TRY(impl_->listen(identity));
  impl_->housekeeper = std::jthread([this, ca_pem = identity.ca_pem](const std::stop_token& stop) {
    const HouseOptions house{impl_->options.keeps_house, impl_->options.accounts, ca_pem};
    keep_house(impl_->parts, impl_->gate, house, stop);
  });
  if (impl_->options.kubeconfig_out.empty()) return Done{};
  return write_private_file(impl_->options.kubeconfig_out, kubeconfig_text(identity, impl_->url).reveal());
}

void ApiServer::stop() {
  impl_->stopping.request_stop();
  impl_->caller.stop();
  if (impl_->server) impl_->server->stop();
  if (impl_->housekeeper.joinable()) {
    impl_->housekeeper.request_stop();
    impl_->housekeeper.join();
  }
}

http::Response ApiServer::answer(const http::Request& request) { return impl_->handle(request); }

const std::string& ApiServer::url() const { return impl_->url; }

std::unique_ptr<InProcessClient> ApiServer::local_client(const std::string& user_name) {
  kube::UserInfo user = kube::user_named(user_name);
  if (!kube::parse_service_account(user_name))
    user.groups = {std::string(kAdminGroup), std::string(kAuthenticated)};
  auto client = impl_->client(user);
  if (impl_->audit == nullptr) return client;
  return std::make_unique<AuditedClient>(std::move(client), std::move(user), *impl_->audit);
}

}  // namespace cw::apiserver
