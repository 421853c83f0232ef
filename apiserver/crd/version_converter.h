// VersionConverter: the objects of one CustomResourceDefinition with spec.conversion.strategy Webhook in
// another of its versions. Belongs to the rows that were made from one state of the definition: with a new
// state there is a new one, and nothing that was converted before is used again.
// Fails closed: 500 with the words of kube-apiserver where the webhook is not there or answers nonsense.
// Thread-safe; holds no lock while it waits for an answer. As many calls as kMostCalls are under way for one
// definition, so that a slow webhook does not take the connections of others.
// Source: k8s.io/apiextensions-apiserver pkg/apiserver/{conversion,customresource_handler.go} of 1.36.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/stored_object.h"
#include "apiserver/webhooks/caller.h"
#include "lib/kube/status.h"
#include "schemas/kinds.h"

namespace cw::apiserver {

// Whether what was converted before may be answered. As in kube-apiserver, lists and watches remember; a get
// and whatever is written do not.
enum class Remembered : std::uint8_t { No, Yes };

class VersionConverter {
 public:
  // The caller must outlive it. Objects stored up to `other_schema_until` may not fit their schemas.
  VersionConverter(webhooks::Target target, std::string review_version, webhooks::Caller& caller,
                   Revision other_schema_until)
      : target_(std::move(target)),
        review_version_(std::move(review_version)),
        caller_(caller),
        other_schema_until_(other_schema_until) {}

  // Before the first use.
  void add(std::shared_ptr<const schemas::KindSchema> version);
  // Null: the definition has no such version.
  const schemas::KindSchema* version(const std::string& api_version) const;

  // Objects, each of any version, in the wanted one; without what its schema does not have.
  kube::Outcome<std::vector<Json>> convert(std::vector<Json> objects, const std::string& api_version) const;
  kube::Outcome<Json> convert(Json object, const std::string& api_version) const;

  // What is stored, in the wanted version, at the revisions at which it is stored.
  kube::Outcome<std::vector<ObjectPtr>> shown(std::vector<ObjectPtr> stored, const std::string& api_version,
                                              Remembered) const;
  kube::Outcome<ObjectPtr> shown(const ObjectPtr& stored, const std::string& api_version, Remembered) const;
  kube::Outcome<Json> read(const StoredObject& stored, const std::string& api_version) const;

 private:
  static constexpr std::ptrdiff_t kMostCalls = 32;
  using Name = std::pair<Revision, std::string>;  // a revision is that of one object

  kube::Outcome<std::vector<Json>> ask(std::vector<Json> objects, const std::string& api_version) const;
  Json parsed(const StoredObject&) const;
  ObjectPtr remembered(const StoredObject&, const std::string& api_version) const;
  void remember(const ObjectPtr&, const std::string& api_version) const;

  const webhooks::Target target_;
  const std::string review_version_;
  webhooks::Caller& caller_;
  const Revision other_schema_until_;
  std::map<std::string, std::shared_ptr<const schemas::KindSchema>> versions_;
  mutable std::counting_semaphore<kMostCalls> room_{kMostCalls};
  mutable std::mutex mutex_;  // guards the rest
  mutable std::map<Name, ObjectPtr> known_;
  mutable std::deque<Name> order_;  // the oldest in front
  mutable std::size_t known_bytes_ = 0;
};

}  // namespace cw::apiserver
