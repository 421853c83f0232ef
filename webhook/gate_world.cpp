#include "webhook/gate_world.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "lib/api/names.h"
#include "lib/api/resources.h"

namespace cw::webhook {
namespace {

constexpr std::chrono::seconds kRightsLife{10};
constexpr std::size_t kEnoughCertificates = 5001;  // one more than the gate looks at

// The overload is named, for the other one wants simdjson.
constexpr Result<api::Certificate> (*kDecode)(const kube::Json&) = api::decode_certificate;

void reduce_certificate(kube::Json& object) {
  if (!object.is_object()) return;
  object.erase("status");
  if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object()) {
    metadata->erase("managedFields");
    metadata->erase("annotations");
  }
}

}  // namespace

policy::FindAnnotations annotations_from(const Facts& facts) {
  using Found = std::optional<kube::Map>;
  return [&facts](const api::IssuerReference& ref, const std::string& name_space) -> Result<Found> {
    if (!api::is_built_in_group(ref)) return Found();
    const std::string_view kind = api::issuer_kind(ref);
    if (kind != api::kIssuerKind && kind != api::kClusterIssuerKind) return Found();
    const bool cluster_wide = kind == api::kClusterIssuerKind;
    const IssuerFact fact = facts.issuer({cluster_wide ? std::string() : name_space, ref.name});
    if (fact.known == Known::Unknown) {
      return Error{Code::Unavailable, "the issuers are not known yet: they have not been listed"};
    }
    return fact.issuer == nullptr ? Found() : Found(fact.issuer->metadata.annotations);
  };
}

void ListedCertificates::for_each(const std::function<bool(const api::Certificate&)>& visit) const {
  bool goes_on = true;
  const auto look_at = [&](const kube::Json& item) {
    if (!goes_on) return;
    const auto certificate = kDecode(item);
    if (certificate) goes_on = visit(*certificate);
  };
  kube::ListOptions options;
  options.reduce = reduce_certificate;
  options.each = [&](const std::string& /*version*/, kube::Json&& item) { look_at(item); };
  options.enough = kEnoughCertificates;
  const auto listed = reader_.list(api::kCertificates, options);
  if (!listed) return;  // no right, no warning
  for (const kube::Json& item : listed->items) look_at(item);
}

GateWorld::GateWorld(policy::Options options, GateWorldParts parts)
    : options_(std::move(options)), live_(parts.reader) {
  if (!options_.on) {
    guards_.emplace(parts.reader, parts.clock, annotations_from(parts.facts));
    return;
  }
  reviews_.emplace(parts.writer, parts.clock, kRightsLife, std::move(parts.wait));
  cluster_.emplace(policy::ClusterWorldParts{
      .reader = parts.reader, .reviews = *reviews_, .issuer_annotations = annotations_from(parts.facts)});
}

GateParts GateWorld::parts(const RuleOptions& rules, GateCounter* counter) const {
  GateParts gate;
  gate.world = cluster_ ? static_cast<const policy::World*>(&*cluster_) : &*guards_;
  gate.options = options_;
  gate.requests = {.literal_subject = rules.literal_certificate_subject,
                   .other_names = rules.other_names,
                   .name_constraints = rules.name_constraints};
  gate.counter = counter;
  gate.live = options_.on ? &live_ : nullptr;
  return gate;
}

void GateWorld::start() {
  if (cluster_) cluster_->start();
}

void GateWorld::stop() {
  if (cluster_) cluster_->stop();
}

}  // namespace cw::webhook
