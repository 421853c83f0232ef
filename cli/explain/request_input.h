// What is to be explained: a Certificate or CertificateRequest from a file, or a Certificate made of flags;
// and the files that the world is made of. Everything here is manifests as JSON; nothing is judged.
// Errors (Invalid): a file that cannot be read whole, with file and line: a policy that was overlooked would
// make the answer wrong.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/result.h"
#include "lib/kube/json.h"
#include "lib/kube/resource.h"

namespace cw::cli::explain {

struct Manifest {
  kube::Json object;
  std::string where;  // "policies/team.yaml:3"
};

// All objects of files and folders, in order; lists are opened. `standard_input` is for "-".
Result<std::vector<Manifest>> read_manifests(const std::vector<std::string>& names,
                                             std::istream* standard_input);

// The one Certificate or CertificateRequest among them; of several the one with that name.
Result<kube::Json> pick_request(const std::vector<Manifest>&, const std::string& name);

// A Certificate in words of the command line. "{namespace}" in names stands for the namespace.
struct CertificateWords {
  std::string name = "certificate";
  std::string issuer;  // "ClusterIssuer/corp", "Issuer/corp", "corp" (an Issuer)
  std::string issuer_group;
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  std::vector<std::string> uris;
  std::vector<std::string> email_addresses;
  std::string duration;
  std::vector<std::string> usages;
  bool is_ca = false;
  std::string key_algorithm;
  std::optional<int> key_size;
};
Result<kube::Json> certificate_of(const CertificateWords&, const std::string& name_space);

// Whether it is an object of that resource, by apiVersion and kind.
bool is_a(const kube::Json& object, const kube::Resource&);
// Where it names none.
void set_namespace(kube::Json& object, const std::string& name_space);

}  // namespace cw::cli::explain
