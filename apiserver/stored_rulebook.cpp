#include "apiserver/stored_rulebook.h"

#include <mutex>

#include <nlohmann/json.hpp>

#include "lib/base/log.h"

namespace cw::apiserver {
namespace {

// Versions that are kept beyond twice what was asked for last.
constexpr std::size_t kSpare = 1024;

template <typename T>
std::shared_ptr<const T> decoded(const StoredObject& object, typename DecodedObjects<T>::Decode decode) {
  Result<T> value = decode(parse_object(object));
  if (value) return std::make_shared<const T>(std::move(value).value());
  log::warning("a stored role or binding cannot be decoded",
               {{"name", object.key().name}, {"error", value.error().message}});
  return nullptr;
}

}  // namespace

template <typename T>
std::vector<std::shared_ptr<const T>> DecodedObjects<T>::get(const std::vector<ObjectPtr>& objects) {
  std::vector<std::shared_ptr<const T>> found(objects.size());
  std::vector<std::size_t> missing;
  {
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const auto at = known_.find(objects[i].get());
      if (at != known_.end())
        found[i] = at->second.decoded;
      else
        missing.push_back(i);
    }
  }
  if (missing.empty()) return found;
  for (const std::size_t i : missing) found[i] = decoded<T>(*objects[i], decode_);
  const std::lock_guard lock(mutex_);
  if (known_.size() > 2 * objects.size() + kSpare) known_.clear();
  for (const std::size_t i : missing) known_[objects[i].get()] = {objects[i], found[i]};
  return found;
}

std::shared_ptr<const rbac::Role> StoredRulebook::find_role(const rbac::RoleReference& reference,
                                                            const std::string& name_space) const {
  const bool of_cluster = reference.kind == "ClusterRole";
  if (!of_cluster && (reference.kind != "Role" || name_space.empty())) return nullptr;
  const std::string resource = (of_cluster ? "clusterroles." : "roles.") + std::string(kRbacGroup);
  const Result<ObjectPtr> stored = store_.get({resource, {of_cluster ? "" : name_space, reference.name}});
  return stored ? roles_.get({*stored}).front() : nullptr;
}

bool StoredRulebook::visit_bindings(const std::string& resource, const std::string& name_space,
                                    const Visit& visit) const {
  const Result<Listing> listing = store_.list({resource + "." + std::string(kRbacGroup), name_space});
  if (!listing) return true;
  for (const auto& binding : bindings_.get(listing->objects)) {
    if (binding != nullptr && !visit(*binding)) return false;
  }
  return true;
}

void StoredRulebook::for_each_binding(const std::string& name_space, const Visit& visit) const {
  if (!visit_bindings("clusterrolebindings", {}, visit) || name_space.empty()) return;
  visit_bindings("rolebindings", name_space, visit);
}

}  // namespace cw::apiserver
