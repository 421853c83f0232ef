#include "apiserver/crd/version_converter.h"

#include <chrono>
#include <functional>

#include <nlohmann/json.hpp>

#include "apiserver/crd/conversion_review.h"
#include "apiserver/json_access.h"
#include "lib/base/random.h"
#include "schemas/prune.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;

constexpr std::chrono::seconds kTimeout{30};
constexpr std::size_t kMostObjects = 64;        // in one review
constexpr std::size_t kMostBytes = 1UL << 20U;  // of objects in one review; a larger one goes alone
constexpr std::size_t kMostKnown = 8UL << 20U;  // bytes of what is remembered of one definition

// As kube-apiserver tells it: without a reason.
StatusError failed(std::string why) { return {kube::Reason::None, std::move(why)}; }

// Without what the schema does not have. Defaults are the webhook's business.
Status fit(Json& object, const schemas::ObjectSchema& schema) {
  const auto pruned = schemas::normalize_without_defaults(object, schema);
  return pruned ? Status(Done{}) : Status(pruned.error());
}

// Apart from apiVersion and kind there is nothing to be converted.
bool is_nothing(const Json& object) {
  for (const auto& [name, value] : object.items()) {
    if (name != "apiVersion" && name != "kind") return false;
  }
  return true;
}

}  // namespace

void VersionConverter::add(std::shared_ptr<const schemas::KindSchema> version) {
  const std::string api_version = version->object.api_version;
  versions_.emplace(api_version, std::move(version));
}

const schemas::KindSchema* VersionConverter::version(const std::string& api_version) const {
  const auto found = versions_.find(api_version);
  return found != versions_.end() ? found->second.get() : nullptr;
}

Outcome<std::vector<Json>> VersionConverter::ask(std::vector<Json> objects,
                                                 const std::string& api_version) const {
  const auto deadline = std::chrono::steady_clock::now() + kTimeout;
  const ConversionAsked asked{random_uuid(), review_version_, api_version};
  if (!room_.try_acquire_until(deadline)) {
    return failed(conversion_of(objects.front()) + " failed: too many objects are being converted");
  }
  const std::shared_ptr<void> place(nullptr, [this](void*) { room_.release(); });
  const auto answer = caller_.post(target_, conversion_review(objects, asked), kTimeout);
  if (!answer) return failed(conversion_of(objects.front()) + " failed: " + answer.error().message);
  auto converted = read_converted(*answer, asked, objects);
  if (!converted) return failed(converted.error().message);
  const schemas::KindSchema* kind = version(api_version);
  for (Json& object : *converted) {
    if (const Status fits = fit(object, kind->object); !fits) return failed(fits.error().message);
  }
  return std::move(converted).value();
}

Outcome<std::vector<Json>> VersionConverter::convert(std::vector<Json> objects,
                                                     const std::string& api_version) const {
  if (version(api_version) == nullptr) {
    return failed("request to convert CR to an invalid group/version: " + api_version);
  }
  std::vector<std::size_t> places;
  std::vector<Json> batch;
  std::size_t bytes = 0;
  const auto settle = [&]() -> Outcome<Done> {
    if (batch.empty()) return Done{};
    std::vector<Json> converted = TRY(ask(std::exchange(batch, {}), api_version));
    for (std::size_t i = 0; i < places.size(); ++i) objects[places[i]] = std::move(converted[i]);
    places.clear();
    bytes = 0;
    return Done{};
  };
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string from = text_member(objects[i], "apiVersion");
    if (from == api_version) continue;
    if (is_nothing(objects[i])) {
      objects[i]["apiVersion"] = api_version;
      continue;
    }
    if (version(from) == nullptr) {
      return failed("request to convert CR from an invalid group/version: " + from);
    }
    const std::size_t size = dumped(objects[i]).size();
    if (batch.size() == kMostObjects || bytes + size > kMostBytes) TRY(settle());
    bytes += size;
    places.push_back(i);
    batch.push_back(std::move(objects[i]));
  }
  TRY(settle());
  return objects;
}

Outcome<Json> VersionConverter::convert(Json object, const std::string& api_version) const {
  std::vector<Json> one;
  one.push_back(std::move(object));
  std::vector<Json> converted = TRY(convert(std::move(one), api_version));
  return std::move(converted.front());
}

// With the defaults of the version in which it is stored.
Json VersionConverter::parsed(const StoredObject& stored) const {
  Json object = parse_object(stored);
  const schemas::KindSchema* kind = version(std::string(api_version_of(stored)));
  const bool may_not_fit = stored.revision() <= other_schema_until_;
  if (kind != nullptr && may_not_fit) (void)schemas::normalize(object, kind->object);
  return object;
}

Outcome<Json> VersionConverter::read(const StoredObject& stored, const std::string& api_version) const {
  return convert(parsed(stored), api_version);
}

Outcome<std::vector<ObjectPtr>> VersionConverter::shown(std::vector<ObjectPtr> stored,
                                                        const std::string& api_version,
                                                        Remembered memory) const {
  std::vector<std::size_t> places;
  std::vector<Json> wanted;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const bool is_as_wanted = api_version_of(*stored[i]) == api_version;
    if (is_as_wanted && stored[i]->revision() > other_schema_until_) continue;
    ObjectPtr known = memory == Remembered::Yes ? remembered(*stored[i], api_version) : nullptr;
    if (known != nullptr) {
      stored[i] = std::move(known);
      continue;
    }
    places.push_back(i);
    wanted.push_back(parsed(*stored[i]));
  }
  if (wanted.empty()) return stored;
  const std::vector<Json> converted = TRY(convert(std::move(wanted), api_version));
  for (std::size_t i = 0; i < places.size(); ++i) {
    ObjectPtr& object = stored[places[i]];
    object =
        std::make_shared<const StoredObject>(object->key(), object->revision(), canonical_text(converted[i]));
    if (memory == Remembered::Yes) remember(object, api_version);
  }
  return stored;
}

Outcome<ObjectPtr> VersionConverter::shown(const ObjectPtr& stored, const std::string& api_version,
                                           Remembered memory) const {
  std::vector<ObjectPtr> one = TRY(shown(std::vector<ObjectPtr>{stored}, api_version, memory));
  return std::move(one.front());
}

ObjectPtr VersionConverter::remembered(const StoredObject& stored, const std::string& api_version) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find({stored.revision(), api_version});
  return found != known_.end() && found->second->key() == stored.key() ? found->second : nullptr;
}

void VersionConverter::remember(const ObjectPtr& object, const std::string& api_version) const {
  const std::scoped_lock lock(mutex_);
  if (!known_.emplace(Name{object->revision(), api_version}, object).second) return;
  order_.emplace_back(object->revision(), api_version);
  known_bytes_ += object->text().size();
  while (known_bytes_ > kMostKnown) {
    const auto oldest = known_.find(order_.front());
    known_bytes_ -= oldest->second->text().size();
    known_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace cw::apiserver
