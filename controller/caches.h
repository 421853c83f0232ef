// Caches: what the controller follows of the API server. Secrets as metadata only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "controller/options.h"
#include "lib/api/certificate.h"
#include "lib/api/certificate_request.h"
#include "lib/api/challenge.h"
#include "lib/api/issuer.h"
#include "lib/api/order.h"
#include "lib/api/packed.h"
#include "lib/api/resources.h"
#include "lib/kube/client.h"
#include "lib/watch/secret_meta.h"
#include "lib/watch/watch_cache.h"

namespace cw::controller {

struct Caches {
  Caches(const ControllerOptions& options, const kube::KubeReader& reader)
      : secrets(reader, api::kSecrets, scope(options, Extent::Metadata), watch::decode_secret_meta),
        issuers(reader, api::kIssuers, scope(options, Extent::Whole), decode_issuer),
        requests(reader, api::kCertificateRequests, scope(options, Extent::Whole), decode_request),
        certificates(reader, api::kCertificates, scope(options, Extent::Whole), decode_certificate),
        orders(reader, api::kOrders, scope(options, Extent::Whole), decode_order),
        challenges(reader, api::kChallenges, scope(options, Extent::Whole), decode_challenge) {
    if (!options.shard.is_all()) keep_shard(options);
    certificates.objects().keep_packed({api::pack, api::unpack_certificate});
    requests.objects().keep_packed({api::pack, api::unpack_certificate_request});
    // A ClusterIssuer differs from an Issuer in nothing but its scope.
    if (options.name_space.empty()) {
      cluster_issuers.emplace(reader, api::kClusterIssuers, kube::ListOptions{}, decode_issuer);
    }
  }

  // Secrets and issuers first: with those in place the rest finds what it asks for.
  template <typename F>
  void for_each(F&& f) {
    f(secrets);
    f(issuers);
    if (cluster_issuers) f(*cluster_issuers);
    f(orders);
    f(challenges);
    f(requests);
    f(certificates);
  }

  bool synced() const {
    return secrets.synced() && issuers.synced() && (!cluster_issuers || cluster_issuers->synced()) &&
           orders.synced() && challenges.synced() && requests.synced() && certificates.synced();
  }

  Status list_once() {
    Status first_failure = Done{};
    for_each([&](auto& cache) {
      auto listed = cache.list_once();
      if (!listed && first_failure) first_failure = std::move(listed);
    });
    return first_failure;
  }

  // The API server knows no such selection: what belongs to others is dropped as it comes in.
  void keep_shard(const ControllerOptions& options) {
    const auto is_ours = [shard = options.shard](const kube::ObjectKey& key) {
      return shard.owns(key.name_space);
    };
    issuers.keep_only(is_ours);
    requests.keep_only(is_ours);
    certificates.keep_only(is_ours);
    orders.keep_only(is_ours);
    challenges.keep_only(is_ours);
    secrets.keep_only([is_ours, common = options.cluster_resource_namespace](const kube::ObjectKey& key) {
      return is_ours(key) || key.name_space == common;
    });
  }

  enum class Extent : bool { Whole, Metadata };
  static kube::ListOptions scope(const ControllerOptions& options, Extent extent) {
    kube::ListOptions list;
    list.name_space = options.name_space;
    list.metadata_only = extent == Extent::Metadata;
    return list;
  }

  // decode_* of lib/api are overloaded: these are the ones for nlohmann's tree.
  static Result<api::Issuer> decode_issuer(const kube::Json& json) { return api::decode_issuer(json); }
  static Result<api::CertificateRequest> decode_request(const kube::Json& json) {
    return api::decode_certificate_request(json);
  }
  static Result<api::Certificate> decode_certificate(const kube::Json& json) {
    return api::decode_certificate(json);
  }
  static Result<api::Order> decode_order(const kube::Json& json) { return api::decode_order(json); }
  static Result<api::Challenge> decode_challenge(const kube::Json& json) {
    return api::decode_challenge(json);
  }

  watch::WatchCache<watch::SecretMeta> secrets;
  watch::WatchCache<api::Issuer> issuers;
  std::optional<watch::WatchCache<api::Issuer>> cluster_issuers;
  watch::WatchCache<api::CertificateRequest> requests;
  watch::WatchCache<api::Certificate> certificates;
  watch::WatchCache<api::Order> orders;
  watch::WatchCache<api::Challenge> challenges;
};

}  // namespace cw::controller
