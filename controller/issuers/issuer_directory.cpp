#include "controller/issuers/issuer_directory.h"

#include <vector>

#include "controller/issuers/solver_secrets.h"
#include "lib/api/names.h"
#include "lib/kube/field_error.h"

namespace cw::controller::issuers {
namespace {

constexpr std::size_t kMaxNamed = 3;  // namespaces listed in a message

using watch::index_value;

IssuerCache::IndexValues secret_values(std::string cluster_namespace) {
  return [cluster_namespace = std::move(cluster_namespace)](const api::Issuer& issuer) {
    std::vector<std::string> values;
    const auto& own = issuer.metadata.name_space;
    const auto& name_space = own.empty() ? cluster_namespace : own;
    const auto add = [&](const std::string& name) { values.push_back(index_value({name_space, name})); };
    if (issuer.spec.ca) add(issuer.spec.ca->secret_name);
    if (issuer.spec.acme) {
      add(issuer.spec.acme->private_key_secret_ref.name);
      const auto& binding = issuer.spec.acme->external_account_binding;
      if (binding) add(binding->key_secret_ref.name);
      for (const auto& solver : issuer.spec.acme->solvers) {
        for (const auto& secret : solver_secrets(solver)) add(secret.name);
      }
    }
    return values;
  };
}

Error cannot_be_read(const std::string& who, const std::string& problem) {
  return {Code::Invalid, who + " cannot be read: " + problem};
}

}  // namespace

std::string describe_issuer(const api::IssuerReference& reference, const std::string& name_space) {
  if (api::issuer_kind(reference) == api::kClusterIssuerKind) {
    return "cluster issuer " + kube::quoted(reference.name);
  }
  return "issuer " + kube::quoted(reference.name) + " in namespace " + kube::quoted(name_space);
}

IssuerDirectory::IssuerDirectory(Sources sources) : sources_(std::move(sources)) {
  by_name_ = sources_.issuers.add_index(
      [](const api::Issuer& issuer) { return std::vector<std::string>{issuer.metadata.name}; });
  by_secret_ = sources_.issuers.add_index(secret_values(sources_.cluster_resource_namespace));
  if (sources_.cluster_issuers == nullptr) return;
  cluster_by_secret_ =
      sources_.cluster_issuers->add_index(secret_values(sources_.cluster_resource_namespace));
}

Result<IssuerPointer> IssuerDirectory::find(const api::IssuerReference& reference,
                                            const std::string& name_space) const {
  const auto kind = api::issuer_kind(reference);
  if (kind == api::kIssuerKind) return find_issuer(reference.name, name_space);
  if (kind == api::kClusterIssuerKind) return find_cluster_issuer(reference.name, name_space);
  return Error{Code::NotFound, "issuerRef.kind " + kube::quoted(kind) +
                                   " is unknown: it must be Issuer or ClusterIssuer, or issuerRef.group "
                                   "must name the group of another issuer controller"};
}

IssuerPointer IssuerDirectory::find(const kube::ObjectKey& key) const {
  if (!key.name_space.empty()) return sources_.issuers.find(key);
  return sources_.cluster_issuers != nullptr ? sources_.cluster_issuers->find(key) : nullptr;
}

const std::string& IssuerDirectory::resource_namespace(const api::Issuer& issuer) const {
  const auto& own = issuer.metadata.name_space;
  return own.empty() ? sources_.cluster_resource_namespace : own;
}

std::vector<kube::ObjectKey> IssuerDirectory::users_of_secret(const kube::ObjectKey& secret) const {
  std::vector<kube::ObjectKey> users;
  const auto value = index_value(secret);
  for (auto& [key, issuer] : sources_.issuers.find_by(by_secret_, value)) users.push_back(key);
  if (sources_.cluster_issuers == nullptr) return users;
  for (auto& [key, issuer] : sources_.cluster_issuers->find_by(cluster_by_secret_, value)) {
    users.push_back(key);
  }
  return users;
}

Result<IssuerPointer> IssuerDirectory::find_issuer(const std::string& name,
                                                   const std::string& name_space) const {
  if (auto issuer = sources_.issuers.find({name_space, name})) return issuer;
  const auto who = "issuer " + kube::quoted(name) + " in namespace " + kube::quoted(name_space);
  if (const auto problem = sources_.issuers.unreadable({name_space, name})) {
    return cannot_be_read(who, *problem);
  }
  std::string message = who + " not found" + elsewhere(name);
  if (sources_.cluster_issuers != nullptr && sources_.cluster_issuers->find({"", name})) {
    message += "; there is a ClusterIssuer of that name: if it is meant, set issuerRef.kind to ClusterIssuer";
  }
  return Error{Code::NotFound, std::move(message)};
}

Result<IssuerPointer> IssuerDirectory::find_cluster_issuer(const std::string& name,
                                                           const std::string& name_space) const {
  const auto who = "cluster issuer " + kube::quoted(name);
  if (sources_.cluster_issuers == nullptr) {
    return Error{Code::NotFound, who +
                                     " not found: this controller is limited to one namespace and serves "
                                     "no ClusterIssuers"};
  }
  if (auto issuer = sources_.cluster_issuers->find({"", name})) return issuer;
  if (const auto problem = sources_.cluster_issuers->unreadable({"", name})) {
    return cannot_be_read(who, *problem);
  }
  std::string message = who + " not found";
  if (sources_.issuers.find({name_space, name})) {
    message += "; there is an Issuer of that name in namespace " + kube::quoted(name_space) +
               ": if it is meant, set issuerRef.kind to Issuer";
  }
  return Error{Code::NotFound, std::move(message)};
}

std::string IssuerDirectory::elsewhere(const std::string& name) const {
  const auto others = sources_.issuers.find_by(by_name_, name);
  if (others.empty()) return {};
  std::string message = "; an Issuer serves only its own namespace, and one of that name is in ";
  for (std::size_t i = 0; i < others.size() && i < kMaxNamed; ++i) {
    if (i > 0) message += ", ";
    message += kube::quoted(others[i].first.name_space);
  }
  return message + (others.size() > kMaxNamed ? ", …" : "");
}

}  // namespace cw::controller::issuers
