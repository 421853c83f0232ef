#include "cli/explain/request_input.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/manifest/input.h"
#include "cli/manifest/manifest.h"
#include "lib/api/resources.h"
#include "lib/kube/json_access.h"

namespace cw::cli::explain {
namespace {

using kube::Json;

constexpr std::string_view kPlaceholder = "{namespace}";

Error invalid(std::string message) { return {Code::Invalid, std::move(message)}; }

std::string where(const std::string& file, const yaml::Place& at) {
  return at.line == 0 ? file : file + ":" + std::to_string(at.line);
}

bool is_request(const Json& object) {
  return is_a(object, api::kCertificates) || is_a(object, api::kCertificateRequests);
}

std::string filled_in(std::string text, const std::string& name_space) {
  for (auto at = text.find(kPlaceholder); at != std::string::npos; at = text.find(kPlaceholder, at)) {
    text.replace(at, kPlaceholder.size(), name_space);
    at += name_space.size();
  }
  return text;
}

void set_list(Json& spec, const char* member, const std::vector<std::string>& values,
              const std::string& name_space) {
  if (values.empty()) return;
  Json& list = spec[member] = Json::array();
  for (const std::string& value : values) list.push_back(filled_in(value, name_space));
}

Result<Json> issuer_reference(const CertificateWords& words) {
  const std::size_t slash = words.issuer.find('/');
  const std::string kind = slash == std::string::npos ? "Issuer" : words.issuer.substr(0, slash);
  const std::string name = slash == std::string::npos ? words.issuer : words.issuer.substr(slash + 1);
  if (kind.empty() || name.empty() || name.find('/') != std::string::npos) {
    return invalid("--issuer: has to be KIND/NAME, such as ClusterIssuer/corp, or the name of an Issuer");
  }
  Json reference = {{"name", name}, {"kind", kind}};
  if (!words.issuer_group.empty()) reference["group"] = words.issuer_group;
  return reference;
}

void set_private_key(Json& spec, const CertificateWords& words) {
  if (!words.key_algorithm.empty()) spec["privateKey"]["algorithm"] = words.key_algorithm;
  if (words.key_size) spec["privateKey"]["size"] = *words.key_size;
}

}  // namespace

bool is_a(const Json& object, const kube::Resource& resource) {
  return kube::text_member(object, "apiVersion") == kube::api_version(resource) &&
         kube::text_member(object, "kind") == resource.kind;
}

Result<std::vector<Manifest>> read_manifests(const std::vector<std::string>& names,
                                             std::istream* standard_input) {
  std::vector<Manifest> all;
  for (const manifest::Input& input : manifest::read_inputs(names, standard_input)) {
    if (!input.problem.empty()) return invalid(input.name + ": " + input.problem);
    manifest::Manifest read = manifest::read_manifest(input.text);
    if (!read.problems.empty()) {
      const yaml::TextProblem& problem = read.problems.front();
      return invalid(where(input.name, problem.at) + ": " + problem.message);
    }
    for (manifest::ManifestObject& one : read.objects) {
      all.push_back({std::move(one.json), where(input.name, one.place_of(""))});
    }
  }
  return all;
}

Result<Json> pick_request(const std::vector<Manifest>& manifests, const std::string& name) {
  const Json* found = nullptr;
  for (const Manifest& one : manifests) {
    if (!is_request(one.object)) continue;
    if (!name.empty() && kube::metadata_text(one.object, "name") != name) continue;
    if (found != nullptr) return invalid(one.where + ": more than one request; choose with --name");
    found = &one.object;
  }
  if (found == nullptr) {
    return invalid(name.empty()
                       ? "the file has no Certificate and no CertificateRequest"
                       : "the file has no Certificate and no CertificateRequest of the name " + name);
  }
  return *found;
}

Result<Json> certificate_of(const CertificateWords& words, const std::string& name_space) {
  Json issuer = TRY(issuer_reference(words));
  Json spec = {{"secretName", words.name + "-tls"}, {"issuerRef", std::move(issuer)}};
  if (!words.common_name.empty()) spec["commonName"] = filled_in(words.common_name, name_space);
  set_list(spec, "dnsNames", words.dns_names, name_space);
  set_list(spec, "ipAddresses", words.ip_addresses, name_space);
  set_list(spec, "uris", words.uris, name_space);
  set_list(spec, "emailAddresses", words.email_addresses, name_space);
  set_list(spec, "usages", words.usages, name_space);
  if (!words.duration.empty()) spec["duration"] = words.duration;
  if (words.is_ca) spec["isCA"] = true;
  set_private_key(spec, words);
  return Json{{"apiVersion", kube::api_version(api::kCertificates)},
              {"kind", api::kCertificates.kind},
              {"metadata", {{"name", words.name}, {"namespace", name_space}}},
              {"spec", std::move(spec)}};
}

void set_namespace(Json& object, const std::string& name_space) {
  Json& metadata = kube::make_object(object, "metadata");
  if (kube::text_member(metadata, "namespace").empty()) metadata["namespace"] = name_space;
}

}  // namespace cw::cli::explain
