#include "apiserver/kinds/pod_volumes.h"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

// What a source needs to name.
struct NeededMember {
  const char* source;
  const char* member;
};
constexpr NeededMember kNeeded[] = {
    {"secret", "secretName"}, {"configMap", "name"}, {"persistentVolumeClaim", "claimName"},
    {"hostPath", "path"},     {"csi", "driver"},     {"nfs", "server"},
    {"nfs", "path"}};

bool climbs(const std::string& path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
         path.find("/../") != std::string::npos;
}

void check_path(FieldErrors& errors, const FieldPath& at, const std::string& path) {
  if (path.starts_with('/')) {
    errors.push_back(kube::invalid(at, kube::quoted(path), "must be a relative path"));
  }
  if (climbs(path)) errors.push_back(kube::invalid(at, kube::quoted(path), "must not contain '..'"));
}

void check_items(FieldErrors& errors, const FieldPath& at, const Json& source) {
  const Json& items = array_member(source, "items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const FieldPath in = at.child("items").index(i);
    if (text_member(items[i], "key").empty()) errors.push_back(kube::required(in.child("key"), ""));
    const std::string path = text_member(items[i], "path");
    if (path.empty()) errors.push_back(kube::required(in.child("path"), ""));
    check_path(errors, in.child("path"), path);
  }
}

void check_mode(FieldErrors& errors, const FieldPath& at, const Json& source) {
  constexpr std::int64_t kAllModes = 0777;
  const std::int64_t mode = number_member(source, "defaultMode");
  if (mode >= 0 && mode <= kAllModes) return;
  errors.push_back(kube::invalid(at.child("defaultMode"), std::to_string(mode),
                                 "must be a number between 0 and 0777 (octal), both inclusive"));
}

// The sources that it has, in the order of kube-apiserver's type: the later ones are too many.
std::vector<std::string> in_order(const Json& volume) {
  static const std::vector<std::string> kFirst{
      "emptyDir", "hostPath", "secret", "nfs", "configMap", "downwardAPI", "persistentVolumeClaim",
      "projected"};
  std::vector<std::string> names;
  for (const std::string& name : kFirst) {
    if (volume.contains(name)) names.push_back(name);
  }
  for (const auto& [name, source] : volume.items()) {
    const bool placed = std::find(kFirst.begin(), kFirst.end(), name) != kFirst.end();
    if (name != "name" && !placed) names.push_back(name);
  }
  return names;
}

void check_source(FieldErrors& errors, const FieldPath& at, const Json& volume) {
  std::size_t sources = 0;
  for (const std::string& name : in_order(volume)) {
    const Json& source = volume.at(name);
    if (++sources > 1) {
      errors.push_back(kube::forbidden(at.child(name), "may not specify more than 1 volume type"));
      continue;
    }
    const FieldPath in = at.child(name);
    for (const NeededMember& needed : kNeeded) {
      if (name == needed.source && text_member(source, needed.member).empty()) {
        errors.push_back(kube::required(in.child(needed.member), ""));
      }
    }
    if (name == "secret" || name == "configMap") check_items(errors, in, source);
    check_mode(errors, in, source);
  }
  if (sources == 0) errors.push_back(kube::required(at, "must specify a volume type"));
}

}  // namespace

std::set<std::string> check_volumes(FieldErrors& errors, const Json& spec) {
  std::set<std::string> names;
  const Json& volumes = array_member(spec, "volumes");
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const FieldPath at = FieldPath("spec").child("volumes").index(i);
    const std::string name = text_member(volumes[i], "name");
    FieldErrors found;
    check_source(found, at, volumes[i]);
    if (name.empty()) {
      found.push_back(kube::required(at.child("name"), ""));
    } else {
      add_problems(found, at.child("name"), name, kube::label_problems(name));
    }
    if (names.contains(name)) found.push_back(kube::duplicate(at.child("name"), kube::quoted(name)));
    if (found.empty()) names.insert(name);
    append(errors, std::move(found));
  }
  return names;
}

void check_mounts(FieldErrors& errors, const FieldPath& container_at, const Json& container,
                  const std::set<std::string>& volumes) {
  const Json& mounts = array_member(container, "volumeMounts");
  std::set<std::string> paths;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const FieldPath at = container_at.child("volumeMounts").index(i);
    const std::string name = text_member(mounts[i], "name");
    const std::string path = text_member(mounts[i], "mountPath");
    if (name.empty()) errors.push_back(kube::required(at.child("name"), ""));
    if (!volumes.contains(name))
      errors.push_back(kube::field_not_found(at.child("name"), kube::quoted(name)));
    if (path.empty()) errors.push_back(kube::required(at.child("mountPath"), ""));
    if (!paths.insert(path).second) {
      errors.push_back(kube::invalid(at.child("mountPath"), kube::quoted(path), "must be unique"));
    }
    const std::string inner = text_member(mounts[i], "subPath");
    if (!inner.empty()) check_path(errors, container_at.child("volumeMounts").child("subPath"), inner);
  }
}

}  // namespace cw::apiserver
