#include "webhook/serving/configurations.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/base/encoding.h"
#include "lib/base/log.h"

namespace cw::webhook {
namespace {

using kube::Json;

constexpr int kMaxConflicts = 5;
constexpr int kMaxMends = 30;  // of one configuration, in kMendWindow
constexpr std::chrono::seconds kMendWindow{60};
constexpr std::string_view kCaSuffix = "-ca";

// What API servers send is read without trust in its form: a wrong type counts as absent.
const Json& member(const Json& object, std::string_view name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

std::string text(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

std::string name_of(const Json& object) { return text(member(member(object, "metadata"), "name")); }

Json* webhooks_of(Json& configuration) {
  if (!configuration.is_object()) return nullptr;
  const auto found = configuration.find("webhooks");
  return found == configuration.end() || !found->is_array() ? nullptr : &*found;
}

std::string bundle_of(const Json& webhook) {
  return decode_base64(text(member(member(webhook, "clientConfig"), "caBundle"))).value_or("");
}

// The host of "https://host:port/path", an IPv6 address without its brackets.
std::string host_of(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return {};
  url.remove_prefix(kScheme.size());
  url = url.substr(0, url.find_first_of("/?#"));
  if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
  return std::string(url.substr(0, url.rfind(':')));
}

// The name that an API server asks the certificate for: of a Service, else of a URL.
std::string service_name(const Json& webhook) {
  const Json& service = member(member(webhook, "clientConfig"), "service");
  if (!service.is_object()) return {};
  return text(member(service, "name")) + "." + text(member(service, "namespace")) + ".svc";
}
std::string url_host(const Json& webhook) {
  return host_of(text(member(member(webhook, "clientConfig"), "url")));
}

kube::ListOptions named(const std::string& name) {
  kube::ListOptions options;
  options.field_selector = "metadata.name=" + name;
  return options;
}

}  // namespace

Result<std::vector<Json>> AdmissionConfigurations::read_named(const kube::Resource& resource) const {
  std::vector<Json> found;
  for (const std::string& name : ours_.names) {
    kube::ObjectList list = TRY(reader_.list(resource, named(name)));
    for (Json& item : list.items) found.push_back(std::move(item));
  }
  return found;
}

Result<std::vector<Json>> AdmissionConfigurations::read(const kube::Resource& resource) {
  if (!ours_.names.empty()) return read_named(resource);
  auto list = reader_.list(resource, {});
  if (list) return std::move(list->items);
  const std::string& secret = ours_.ca_secret.name;
  if (list.error().code != Code::Forbidden || !secret.ends_with(kCaSuffix)) return std::move(list).error();
  ours_.names = {secret.substr(0, secret.size() - kCaSuffix.size())};
  return read_named(resource);
}

std::vector<Followed> AdmissionConfigurations::followed() const {
  std::vector<Followed> all;
  for (const kube::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
    if (ours_.names.empty()) all.push_back({resource, {}});
    for (const std::string& name : ours_.names) all.push_back({resource, named(name)});
  }
  return all;
}

bool AdmissionConfigurations::is_annotated(const Json& configuration) const {
  const Json& annotations = member(member(configuration, "metadata"), "annotations");
  return text(member(annotations, api::kInjectCaFromSecretAnnotation)) ==
         ours_.ca_secret.name_space + "/" + ours_.ca_secret.name;
}

bool AdmissionConfigurations::is_ours(const Json& webhook) const {
  std::string name = service_name(webhook);
  // A URL such as https://localhost says too little about whose it is.
  if (name.empty() && !ours_.names.empty()) name = url_host(webhook);
  return std::find(ours_.dns_names.begin(), ours_.dns_names.end(), name) != ours_.dns_names.end();
}

bool AdmissionConfigurations::may_mend(const std::string& name) {
  Mends& mends = mends_[name];
  if (clock_.now() - mends.since >= kMendWindow) mends = {clock_.now(), 0};
  if (++mends.count == kMaxMends + 1) {
    log::warning("somebody keeps changing the caBundle: waiting a minute", {{"configuration", name}});
  }
  return mends.count <= kMaxMends;
}

void AdmissionConfigurations::note_refusal(const std::string& name, const Error& error) {
  if (told_refusal_) return;
  told_refusal_ = true;
  log::warning("no right to patch the caBundle: somebody else has to fill it in",
               {{"configuration", name}, {"error", error.message}});
}

// A list has no keys in a merge patch: all webhooks are sent as they were read, under the version they were
// read at, so that nothing but the caBundle differs or the patch is refused.
Result<Json> AdmissionConfigurations::write(const kube::Resource& resource, const Json& configuration) {
  const Json patch{{"metadata", {{"resourceVersion", member(configuration["metadata"], "resourceVersion")}}},
                   {"webhooks", configuration["webhooks"]}};
  return writer_.merge_patch(resource, {"", name_of(configuration)}, kube::Part::Object, patch);
}

// The configuration as it is stored now.
Result<Json> AdmissionConfigurations::mended(const kube::Resource& resource, Json configuration,
                                             const WantedBundle& wanted) {
  const Json before = configuration;
  bool changed = false;
  const bool annotated = is_annotated(configuration);
  for (Json& webhook : *webhooks_of(configuration)) {
    if (!webhook.is_object() || !(annotated || is_ours(webhook))) continue;
    const auto bundle = mended_bundle(bundle_of(webhook), wanted);
    if (!bundle || !webhook["clientConfig"].is_object()) continue;
    webhook["clientConfig"]["caBundle"] = encode_base64(*bundle);
    changed = true;
  }
  const std::string name = name_of(configuration);
  if (!changed || !may_mend(std::string(resource.kind) + " " + name)) return before;
  Result<Json> stored = write(resource, configuration);
  if (stored) {
    told_refusal_ = false;
    log::info("caBundle put in place", {{"kind", std::string(resource.kind)}, {"configuration", name}});
    return stored;
  }
  if (stored.error().code != Code::Forbidden) return stored;
  note_refusal(name, stored.error());
  return before;
}

void AdmissionConfigurations::note(const Json& configuration, TrustReport& report) const {
  const bool annotated = is_annotated(configuration);
  for (const Json& webhook : member(configuration, "webhooks")) {
    if (!annotated && !is_ours(webhook)) continue;
    const auto bundle = read_bundle(bundle_of(webhook));
    if (report.webhooks++ == 0) {
      report.trusted = bundle;
    } else {
      std::erase_if(report.trusted, [&](const auto& one) { return !contains(bundle, one); });
    }
  }
}

// Conflict: somebody was faster, nothing is added to the report.
Status AdmissionConfigurations::keep_kind(const kube::Resource& resource, const WantedBundle& wanted,
                                          TrustReport& report) {
  TrustReport seen = report;
  for (Json& configuration : TRY(read(resource))) {
    if (webhooks_of(configuration) == nullptr) continue;
    note(TRY(mended(resource, std::move(configuration), wanted)), seen);
  }
  report = std::move(seen);
  return Done{};
}

TrustReport AdmissionConfigurations::keep(const WantedBundle& wanted) {
  TrustReport report;
  for (const kube::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
    Status kept = keep_kind(resource, wanted, report);
    for (int again = 0; !kept && kept.error().code == Code::Conflict && again < kMaxConflicts; ++again) {
      kept = keep_kind(resource, wanted, report);
    }
    if (!kept && !report.failure) report.failure = kept.error();
  }
  return report;
}

}  // namespace cw::webhook
