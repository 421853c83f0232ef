#include "lib/client/kubeconfig.h"

#include <filesystem>
#include <optional>

#include <yaml-cpp/yaml.h>

#include "lib/base/encoding.h"
#include "lib/base/file.h"

namespace cw::client {
namespace {

constexpr std::size_t kMaxFile = 1UL << 20U;

Error invalid(const std::string& field, const std::string& why) {
  return {Code::Invalid, field + ": " + why};
}

// A node of the file and where it is, for messages. yaml-cpp itself bounds the depth; look-ups that find
// nothing or something else give empty values here.
struct Section {
  YAML::Node node;
  std::string path;

  std::string field(const char* name) const { return path.empty() ? name : path + "." + name; }

  Result<std::string> text(const char* name) const {
    const YAML::Node value = node[name];
    if (!value || value.IsNull()) return std::string();
    if (!value.IsScalar()) return invalid(field(name), "has to be a string");
    return value.Scalar();
  }

  Result<bool> flag(const char* name) const {
    const std::string value = TRY(text(name));
    if (value.empty() || value == "false") return false;
    if (value == "true") return true;
    return invalid(field(name), "has to be true or false");
  }

  Status refuse(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      const YAML::Node value = node[name];
      if (value && !value.IsNull()) return invalid(field(name), "is not supported");
    }
    return Done{};
  }
};

// The entry of `clusters`, `users` or `contexts` with that name.
Result<Section> find_named(const YAML::Node& root, const char* list, const char* member,
                           const std::string& name) {
  const YAML::Node entries = root[list];
  if (entries && !entries.IsNull() && !entries.IsSequence()) return invalid(list, "has to be a list");
  for (std::size_t i = 0; entries && i < entries.size(); ++i) {
    const Section entry{.node = entries[i], .path = std::string(list) + "[" + std::to_string(i) + "]"};
    if (!entry.node.IsMap()) return invalid(entry.path, "has to be a mapping");
    if (TRY(entry.text("name")) != name) continue;
    const YAML::Node value = entry.node[member];
    if (!value || !value.IsMap()) return invalid(entry.field(member), "is missing or no mapping");
    return Section{.node = value, .path = entry.field(member)};
  }
  return invalid(list, "there is none with the name \"" + name + "\"");
}

std::string resolved(const std::string& directory, const std::string& file) {
  return (std::filesystem::path(directory) / file).string();  // an absolute `file` stays as it is
}

// Either inline in base64 ("<name>-data") or in a file ("<name>"); inline wins, as in client-go.
Result<std::string> pem_of(const Section& section, const std::string& name, const std::string& directory) {
  const std::string inline_name = name + "-data";
  const std::string encoded = TRY(section.text(inline_name.c_str()));
  if (!encoded.empty()) {
    auto decoded = decode_base64(encoded);
    if (!decoded) return invalid(section.field(inline_name.c_str()), "is not base64");
    return *std::move(decoded);
  }
  const std::string file = TRY(section.text(name.c_str()));
  if (file.empty()) return std::string();
  auto content = read_file(resolved(directory, file), kMaxFile);
  if (!content)
    return Error{content.error().code, section.field(name.c_str()) + ": " + content.error().message};
  return content;
}

Status take_cluster(const Section& cluster, const std::string& directory, ClusterAccess& access) {
  TRY(cluster.refuse({"proxy-url"}));
  const std::string server = TRY(cluster.text("server"));
  if (server.empty()) return invalid(cluster.field("server"), "is missing");
  const Status split = set_server(access, server);
  if (!split) return invalid(cluster.field("server"), split.error().message);
  access.http.ca_pem = TRY(pem_of(cluster, "certificate-authority", directory));
  access.http.server_name = TRY(cluster.text("tls-server-name"));
  access.http.skip_verification = TRY(cluster.flag("insecure-skip-tls-verify"));
  if (access.http.skip_verification && !access.http.ca_pem.empty()) {
    return invalid(cluster.field("insecure-skip-tls-verify"),
                   "makes no sense beside a certificate authority");
  }
  return Done{};
}

Status take_user(const Section& user, const std::string& directory, ClusterAccess& access) {
  TRY(user.refuse(
      {"exec", "auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra"}));
  access.http.certificate_pem = TRY(pem_of(user, "client-certificate", directory));
  access.http.private_key_pem = TRY(pem_of(user, "client-key", directory));
  if (access.http.certificate_pem.empty() != access.http.private_key_pem.empty()) {
    return invalid(user.path, "client-certificate and client-key belong together");
  }
  access.http.bearer_token = TRY(user.text("token"));
  const std::string file = TRY(user.text("tokenFile"));
  if (!file.empty()) access.http.bearer_token_file = resolved(directory, file);
  return Done{};
}

Result<ClusterAccess> read_config(const YAML::Node& root, const std::string& directory,
                                  const std::string& wanted) {
  if (!root.IsMap()) return Error{Code::Invalid, "not a kubeconfig: the document is no mapping"};
  const std::string current = TRY((Section{.node = root, .path = ""}.text("current-context")));
  const std::string& name = wanted.empty() ? current : wanted;
  if (name.empty()) return invalid("current-context", "is not set");
  const Section context = TRY(find_named(root, "contexts", "context", name));
  ClusterAccess access;
  const std::string cluster_name = TRY(context.text("cluster"));
  TRY(take_cluster(TRY(find_named(root, "clusters", "cluster", cluster_name)), directory, access));
  const std::string user_name = TRY(context.text("user"));
  if (!user_name.empty()) {
    TRY(take_user(TRY(find_named(root, "users", "user", user_name)), directory, access));
  }
  std::string name_space = TRY(context.text("namespace"));
  if (!name_space.empty()) access.name_space = std::move(name_space);
  return access;
}

}  // namespace

Status set_server(ClusterAccess& access, std::string_view server) {
  const std::size_t scheme = server.find("://");
  if (scheme == std::string_view::npos) return Error{Code::Invalid, "has to be an https:// or http:// URL"};
  const std::size_t path = std::min(server.find('/', scheme + 3), server.size());
  std::string_view prefix = server.substr(path);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (prefix.find_first_of("?# \t") != std::string_view::npos) {
    return Error{Code::Invalid, "has to be a URL without query and fragment"};
  }
  access.http.base_url = server.substr(0, path);
  access.path_prefix = prefix;
  return Done{};
}

Result<ClusterAccess> parse_kubeconfig(std::string_view yaml, const std::string& directory,
                                       const std::string& context) {
  if (yaml.size() > kMaxFile) return Error{Code::Invalid, "larger than 1 MiB"};
  try {
    return read_config(YAML::Load(std::string(yaml)), directory, context);
  } catch (const YAML::Exception& problem) {
    return Error{Code::Invalid, std::string("not YAML: ") + problem.what()};
  }
}

Result<ClusterAccess> load_kubeconfig(const std::string& path, const std::string& context) {
  const std::string text = TRY(read_file(path, kMaxFile));
  auto access = parse_kubeconfig(text, std::filesystem::path(path).parent_path().string(), context);
  if (!access) return Error{access.error().code, "kubeconfig " + path + ": " + access.error().message};
  return access;
}

}  // namespace cw::client
