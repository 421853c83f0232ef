// Checks of the parts of a webhook: its rules, and where it is.
#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/data_rules.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"
#include "apiserver/webhooks/configuration_checks.h"

namespace cw::apiserver::webhooks {
namespace {

bool contains(const Json& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(), [&](const Json& item) { return item == text; });
}

void check_alone(FieldErrors& errors, const Json& list, const FieldPath& at, const std::string& others) {
  if (list.size() < 2 || !contains(list, "*")) return;
  errors.push_back(kube::invalid(at, dumped(list), "if '*' is present, must not specify other " + others));
}

void check_operations(FieldErrors& errors, const Json& operations, const FieldPath& at) {
  const std::vector<std::string> choices{"*", "CONNECT", "CREATE", "DELETE", "UPDATE"};
  if (operations.empty()) errors.push_back(kube::required(at, ""));
  check_alone(errors, operations, at, "operations");
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto operation = operations[i].get<std::string>();
    if (std::find(choices.begin(), choices.end(), operation) != choices.end()) continue;
    errors.push_back(kube::not_supported(at.index(i), kube::quoted(operation), choices));
  }
}

// "pods/*" beside "pods/log" says the same twice.
void check_resources(FieldErrors& errors, const Json& resources, const FieldPath& at) {
  if (resources.empty()) errors.push_back(kube::required(at, ""));
  std::set<std::string> all_subresources;
  std::set<std::string> all_resources;
  bool has_plain = false;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const auto item = resources[i].get<std::string>();
    const std::size_t slash = item.find('/');
    if (item.empty()) errors.push_back(kube::required(at.index(i), ""));
    if (item.empty()) continue;
    if (slash == std::string::npos) {
      has_plain = item != "*";
      continue;
    }
    const std::string resource = item.substr(0, slash);
    const std::string sub = item.substr(slash + 1);
    const auto refuse = [&](const std::string& present) {
      errors.push_back(kube::invalid(at.index(i), kube::quoted(item),
                                     "if '" + present + "' is present, must not specify " + item));
    };
    if (all_subresources.contains(resource)) refuse(resource + "/*");
    if (all_resources.contains(sub)) refuse("*/" + sub);
    if (sub == "*") all_subresources.insert(resource);
    if (resource == "*") all_resources.insert(sub);
  }
  const auto refuse_all = [&](const char* why) {
    errors.push_back(kube::invalid(at, dumped(resources), why));
  };
  if (resources.size() > 1 && contains(resources, "*/*")) {
    refuse_all("if '*/*' is present, must not specify other resources");
  }
  if (contains(resources, "*") && has_plain) {
    refuse_all("if '*' is present, must not specify other resources without subresources");
  }
}

struct UrlParts {
  std::string scheme;
  std::string user;
  std::string host;
  std::string query;
  std::string fragment;
};

// As far as it matters here, as Go's net/url splits it.
UrlParts split(std::string url) {
  UrlParts parts;
  const auto cut = [&url](char mark) {
    const std::size_t at = std::min(url.find(mark), url.size());
    std::string tail = at < url.size() ? url.substr(at + 1) : std::string();
    url.resize(at);
    return tail;
  };
  parts.fragment = cut('#');
  parts.query = cut('?');
  const std::size_t colon = url.find(':');
  if (colon != std::string::npos && url.find('/') > colon) {
    parts.scheme = url.substr(0, colon);
    url.erase(0, colon + 1);
  }
  if (!url.starts_with("//")) return parts;
  parts.host = url.substr(2, url.find('/', 2) - 2);
  const std::size_t user = parts.host.rfind('@');
  if (user == std::string::npos) return parts;
  parts.user = parts.host.substr(0, user);
  parts.host.erase(0, user + 1);
  return parts;
}

// In Go's words; empty: none.
std::string url_problem(const std::string& url) {
  if (std::any_of(url.begin(), url.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; })) {
    return kube::quoted(url) + ": net/url: invalid control character in URL";
  }
  if (split(url).host.find(' ') == std::string::npos) return {};
  return kube::quoted(url) + ": invalid character \" \" in host name";
}

void check_url(FieldErrors& errors, const std::string& url, const FieldPath& at) {
  using std::literals::operator""s;
  constexpr std::string_view kForm = "; desired format: https://host[/path]";
  if (const std::string problem = url_problem(url); !problem.empty()) {
    errors.push_back(kube::required(at, ("url must be a valid URL: parse " + problem).append(kForm)));
    return;
  }
  const UrlParts parts = split(url);
  const auto refuse = [&](const std::string& shown, std::string why) {
    errors.push_back(kube::invalid(at, kube::quoted(shown), std::move(why)));
  };
  if (parts.scheme != "https") refuse(parts.scheme, "'https' is the only allowed URL scheme"s.append(kForm));
  if (parts.host.empty()) refuse("", "host must be specified"s.append(kForm));
  if (!parts.user.empty()) refuse(parts.user, "user information is not permitted in the URL");
  if (!parts.fragment.empty()) refuse(parts.fragment, "fragments are not permitted in the URL");
  if (!parts.query.empty()) refuse(parts.query, "query parameters are not permitted in the URL");
}

void check_path(FieldErrors& errors, const std::string& path, const FieldPath& at) {
  const auto refuse = [&](const std::string& why) {
    errors.push_back(kube::invalid(at, kube::quoted(path), why));
  };
  if (path.empty() || path == "/") return;
  if (path == "//") return refuse("segment[0] may not be empty");
  if (!path.starts_with('/')) refuse("must start with a '/'");
  std::string_view rest = std::string_view(path).substr(1);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  for (std::size_t i = 0, at_end = 0; at_end == 0; ++i) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    const std::string where = "segment[" + std::to_string(i) + "]";
    if (segment.empty()) {
      refuse(where + " may not be empty");
    } else {
      for (const std::string& problem : kube::subdomain_problems(segment)) refuse(where + ": " + problem);
    }
    at_end = end == rest.size() ? 1 : 0;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// kube-apiserver tells a missing name as a missing namespace and the other way round.
void check_service(FieldErrors& errors, const Json& service, const FieldPath& at) {
  if (text_member(service, "namespace").empty()) errors.push_back(kube::required(at.child("name"), ""));
  if (text_member(service, "name").empty()) errors.push_back(kube::required(at.child("namespace"), ""));
  const std::int64_t port = number_member(service, "port");
  if (port < 1 || port > 65535) {
    errors.push_back(kube::invalid(at.child("port"), std::to_string(port),
                                   "port is not valid: must be between 1 and 65535, inclusive"));
  }
  check_path(errors, text_member(service, "path"), at.child("path"));
}

}  // namespace

FieldErrors check_rule(const Json& rule, const FieldPath& at) {
  FieldErrors errors;
  check_operations(errors, array_member(rule, "operations"), at.child("operations"));
  const Json& groups = array_member(rule, "apiGroups");
  if (groups.empty()) errors.push_back(kube::required(at.child("apiGroups"), ""));
  check_alone(errors, groups, at.child("apiGroups"), "API groups");
  const Json& versions = array_member(rule, "apiVersions");
  if (versions.empty()) errors.push_back(kube::required(at.child("apiVersions"), ""));
  check_alone(errors, versions, at.child("apiVersions"), "API versions");
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i] == "") errors.push_back(kube::required(at.child("apiVersions").index(i), ""));
  }
  check_resources(errors, array_member(rule, "resources"), at.child("resources"));
  const std::string scope = text_member(rule, "scope");
  if (rule.contains("scope") && scope != "*" && scope != "Cluster" && scope != "Namespaced") {
    errors.push_back(
        kube::not_supported(at.child("scope"), kube::quoted(scope), {"*", "Cluster", "Namespaced"}));
  }
  return errors;
}

FieldErrors check_client(const Json& config, const FieldPath& at) {
  FieldErrors errors;
  const Json* service = find_member(config, "service");
  const bool has_url = config.contains("url");
  if (has_url == (service != nullptr)) {
    errors.push_back(kube::required(at, "exactly one of url or service is required"));
  } else if (has_url) {
    check_url(errors, text_member(config, "url"), at.child("url"));
  } else {
    check_service(errors, *service, at.child("service"));
  }
  return errors;
}

}  // namespace cw::apiserver::webhooks
