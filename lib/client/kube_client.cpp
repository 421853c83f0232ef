#include "lib/client/kube_client.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/base/pause.h"
#include "lib/base/random.h"
#include "lib/client/kube_paths.h"
#include "lib/client/watch_stream.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"
#include "lib/kube/status.h"

namespace cw::client {
namespace {

using http::ClientRequest;
using http::ClientResponse;
using kube::Json;

constexpr const char* kJson = "application/json";
constexpr const char* kFlowSchema = "X-Kubernetes-PF-FlowSchema-UID";
constexpr int kMaxPages = 20000;
constexpr int kReducedPageSize = 100;  // who keeps little of each object wants little memory for a page too

std::string text_at(const Json& object, const char* pointer) {
  const Json::json_pointer where(pointer);
  if (!object.is_object() || !object.contains(where) || !object.at(where).is_string()) return {};
  return object.at(where).get<std::string>();
}

kube::ObjectKey key_of(const kube::Resource& resource, const Json& object) {
  return {.name_space = resource.namespaced ? text_at(object, "/metadata/namespace") : std::string(),
          .name = text_at(object, "/metadata/name")};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string accepted(const char* form, bool metadata_only) {
  if (!metadata_only) return kJson;
  return std::string("application/json;as=") + form + ";g=meta.k8s.io;v=v1,application/json";
}

Error not_a_list(const kube::Resource& resource) {
  return {Code::Unavailable, "list of " + kube::group_resource(resource) + ": the answer is no list"};
}

// Watches of many caches shall not all end at once: five to ten minutes, as client-go does.
int watch_seconds() {
  const std::string bytes = random_bytes(2);
  const unsigned random = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return 300 + static_cast<int>(random % 300U);
}

}  // namespace

Result<std::unique_ptr<HttpKubeClient>> HttpKubeClient::create(ClusterAccess access,
                                                               KubeClientOptions options) {
  access.http.user_agent = options.user_agent;
  access.http.timeout = options.timeout;
  auto http = TRY(http::Client::create(std::move(access.http)));
  return std::unique_ptr<HttpKubeClient>(
      new HttpKubeClient(std::move(http), std::move(access.path_prefix), std::move(options)));
}

void HttpKubeClient::stop() {
  stop_.request_stop();
  http_->stop();
}

Status HttpKubeClient::wait_for_turn(const std::stop_token& stop) const {
  if (bucket_ && !server_is_fair_.load()) {
    const auto wait = bucket_->take(std::chrono::steady_clock::now());
    if (wait.count() > 0) pause(stop, std::chrono::ceil<std::chrono::milliseconds>(wait));
  }
  if (stop.stop_requested()) return Error{Code::Unavailable, "the client is stopped"};
  return Done{};
}

Result<ClientResponse> HttpKubeClient::send_patiently(const ClientRequest& request) const {
  for (int attempt = 1;; ++attempt) {
    TRY(wait_for_turn(stop_.get_token()));
    Result<ClientResponse> answer = http_->send(request);
    if (answer && !answer->header(kFlowSchema).empty()) server_is_fair_.store(true);
    const auto wait = pause_before_retry(options_.retry, request.method, answer, attempt);
    if (!wait || !pause(stop_.get_token(), jittered(*wait))) return answer;
  }
}

Result<Json> HttpKubeClient::send(ClientRequest request) const {
  request.target = path_prefix_ + request.target;
  if (request.headers.empty()) request.headers = {{"Accept", kJson}};
  const ClientResponse answer = TRY(send_patiently(request));
  if (answer.status < 200 || answer.status > 299) return kube::error_of_answer(answer.status, answer.body);
  auto json = kube::parse_json(answer.body);
  if (!json) return Error{Code::Unavailable, request.target + ": the answer is not JSON"};
  return json;
}

Result<Json> HttpKubeClient::get(const kube::Resource& resource, const kube::ObjectKey& key) const {
  return send({.target = TRY(object_target(resource, key))});
}

Result<Json> HttpKubeClient::get_path(std::string_view path) const {
  return send({.target = std::string(path)});
}

Result<Json> HttpKubeClient::list_page(const kube::Resource& resource, const kube::ListOptions& options,
                                       const std::string& next) const {
  Query query = list_query(options);
  const bool is_reduced = options.reduce != nullptr;
  query.emplace_back("limit", std::to_string(is_reduced ? std::min(options_.page_size, kReducedPageSize)
                                                        : options_.page_size));
  query.emplace_back("continue", next);
  Json page =
      TRY(send({.target = with_query(collection_target(resource, options.name_space), query),
                .headers = {{"Accept", accepted("PartialObjectMetadataList", options.metadata_only)}}}));
  if (page.is_object() && page.contains("items") && page["items"].is_null()) page["items"] = Json::array();
  if (page.is_object() && page.contains("items") && page["items"].is_array()) return page;
  return not_a_list(resource);
}

Result<kube::ObjectList> HttpKubeClient::list(const kube::Resource& resource,
                                              const kube::ListOptions& options) const {
  kube::ObjectList result;
  std::string next;
  std::size_t taken = 0;
  for (int pages = 0; pages < kMaxPages; ++pages) {
    auto page = list_page(resource, options, next);
    // The server has forgotten the state that the pages belong to: begin anew.
    if (!page && page.error().code == Code::Gone && !next.empty()) {
      result = {};
      next.clear();
      taken = 0;
      continue;
    }
    if (!page) return std::move(page).error();
    result.resource_version = text_at(*page, "/metadata/resourceVersion");
    for (Json& item : (*page)["items"]) {
      if (!item.is_object()) return not_a_list(resource);
      Json asked = as_asked(resource, options.metadata_only, std::move(item));
      if (options.reduce != nullptr) options.reduce(asked);
      if (options.each) {
        options.each(result.resource_version, std::move(asked));
      } else {
        result.items.push_back(std::move(asked));
      }
    }
    taken += (*page)["items"].size();
    next = text_at(*page, "/metadata/continue");
    if (next.empty() || (options.enough > 0 && taken >= options.enough)) return result;
  }
  return Error{Code::Unavailable, "list of " + kube::group_resource(resource) + ": it does not end"};
}

Status HttpKubeClient::watch(const kube::Resource& resource, const kube::WatchOptions& options,
                             const kube::OnWatchEvent& on_event, std::stop_token stop) const {
  Query query = list_query(options);
  query.emplace_back("watch", "true");
  if (options.send_initial_events) {
    query.emplace_back("sendInitialEvents", "true");
    query.emplace_back("resourceVersionMatch", "NotOlderThan");
  }
  // From no version on, kube-apiserver refuses bookmarks where etcd is older than 3.4.25.
  const bool bookmarks = options.send_initial_events || !options.resource_version.empty();
  query.emplace_back("allowWatchBookmarks", bookmarks ? "true" : "");
  query.emplace_back("resourceVersion", options.resource_version);
  query.emplace_back("timeoutSeconds", std::to_string(watch_seconds()));
  const ClientRequest request{
      .target = path_prefix_ + with_query(collection_target(resource, options.name_space), query),
      .headers = {{"Accept", accepted("PartialObjectMetadata", options.metadata_only)}}};
  WatchStream events(resource, options, on_event);
  if (!wait_for_turn(stop)) return Done{};
  const auto answer =
      http_->stream_lines(request, [&](std::string_view line) { return events.take_line(line); }, stop);
  if (stop.stop_requested()) return Done{};
  if (events.failure()) return *events.failure();
  if (!answer) return answer.error();
  if (answer->status != 200) return kube::error_of_answer(answer->status, answer->body);
  return Done{};
}

Result<Json> HttpKubeClient::create(const kube::Resource& resource, const Json& object,
                                    const kube::WriteOptions& options) {
  const std::string collection = collection_target(resource, key_of(resource, object).name_space);
  return send({.method = "POST",
               .target = with_query(collection, write_query(options)),
               .body = dump(object),
               .content_type = kJson});
}

Result<Json> HttpKubeClient::update(const kube::Resource& resource, kube::Part part, const Json& object,
                                    const kube::WriteOptions& options) {
  const std::string target = TRY(object_target(resource, key_of(resource, object), part));
  return send({.method = "PUT",
               .target = with_query(target, write_query(options)),
               .body = dump(object),
               .content_type = kJson});
}

Result<Json> HttpKubeClient::merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                                         kube::Part part, const Json& patch,
                                         const kube::WriteOptions& options) {
  return send({.method = "PATCH",
               .target = with_query(TRY(object_target(resource, key, part)), write_query(options)),
               .body = dump(patch),
               .content_type = "application/merge-patch+json"});
}

Result<Json> HttpKubeClient::apply(const kube::Resource& resource, const Json& config,
                                   const kube::WriteOptions& options) {
  Query query = write_query(options);
  query.emplace_back("force", "true");
  return send({.method = "PATCH",
               .target = with_query(TRY(object_target(resource, key_of(resource, config))), query),
               .body = dump(config),
               .content_type = "application/apply-patch+yaml"});
}

Status HttpKubeClient::remove(const kube::Resource& resource, const kube::ObjectKey& key,
                              const kube::Preconditions& conditions) {
  Json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}};
  if (conditions.uid) body["preconditions"]["uid"] = *conditions.uid;
  if (conditions.resource_version) body["preconditions"]["resourceVersion"] = *conditions.resource_version;
  TRY(send({.method = "DELETE",
            .target = TRY(object_target(resource, key)),
            .body = dump(body),
            .content_type = kJson}));
  return Done{};
}

}  // namespace cw::client
