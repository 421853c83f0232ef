#include "webhook/advice/advisor.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/api/names.h"
#include "webhook/advice/parts.h"
#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

template <typename T>
AdviceContext context_of(const T& object, const Advisor& advisor) {
  return {*advisor.facts, advisor.clock->now(), object.metadata.name_space};
}

template <typename T>
AdviceContext context_with_issuer(const T& object, const Advisor& advisor) {
  AdviceContext context = context_of(object, advisor);
  const api::IssuerReference& ref = object.spec.issuer_ref;
  if (!api::is_built_in_group(ref)) return context;
  const bool cluster_wide = api::issuer_kind(ref) == api::kClusterIssuerKind;
  context.issuer_key = {cluster_wide ? std::string() : object.metadata.name_space, ref.name};
  context.issuer = advisor.facts->issuer(context.issuer_key);
  return context;
}

void collect(const api::Certificate& certificate, const Advisor& advisor, AdviceSink& sink) {
  const AdviceContext context = context_with_issuer(certificate, advisor);
  run_advice(certificate_issuer_advice(), certificate, context, sink);
  run_advice(secret_advice(), certificate, context, sink);
  if (context.issuer.known == Known::Present) {
    const api::IssuerSpec& issuer = context.issuer.issuer->spec;
    if (issuer.acme) run_advice(acme_advice(), certificate, context, sink);
    if (issuer.ca) run_advice(ca_advice(), certificate, context, sink);
  }
  run_advice(name_advice(), certificate, context, sink);
  run_advice(usage_advice(), certificate, context, sink);
  run_advice(renewal_advice(), certificate, context, sink);
  run_advice(duplicate_advice(), certificate, context, sink);
}

void collect(const api::CertificateRequest& request, const Advisor& advisor, AdviceSink& sink) {
  const AdviceContext context = context_with_issuer(request, advisor);
  run_advice(request_issuer_advice(), request, context, sink);
  run_advice(request_key_advice(), request, context, sink);
}

void collect(const api::Issuer& issuer, const Advisor& advisor, AdviceSink& sink) {
  run_advice(issuer_advice(), {issuer.spec, issuer.metadata.name_space}, context_of(issuer, advisor), sink);
}

void collect(const api::ClusterIssuer& issuer, const Advisor& advisor, AdviceSink& sink) {
  run_advice(issuer_advice(), {issuer.spec, advisor.facts->cluster_resource_namespace()},
             context_of(issuer, advisor), sink);
}

// What makes two pieces of advice the same. The place in a list is left out: a name keeps its fault when one
// before it goes.
using KnownAdvice = std::set<std::string>;
std::string identity_of(const Advice& advice) {
  std::string text(advice.rule);
  text += '\n';
  text += advice.value.empty() ? advice.path : advice.path.substr(0, advice.path.find('['));
  text += '\n';
  text += advice.value;
  return text;
}

template <typename T>
KnownAdvice known_before(const T* before, const Advisor& advisor) {
  KnownAdvice known;
  if (before == nullptr) return known;
  AdviceSink sink;
  collect(*before, advisor, sink);
  for (const Advice& advice : sink.found()) known.insert(identity_of(advice));
  return known;
}

kube::FieldError error_of(const Advice& advice) {
  const kube::FieldPath at(advice.path);
  kube::FieldError error = advice.value.empty()
                               ? kube::forbidden(at, detail_text(advice))
                               : kube::invalid(at, shown_value(advice.value), detail_text(advice));
  error.rule = advice.rule;
  return error;
}

void warn(Advised& into, std::size_t& count, const Advice& advice) {
  if (count++ < kMaxWarnings) into.warnings.push_back(warning_text(advice));
}

template <typename T>
Advised judge(const std::vector<Advice>& found, const T* before, const Advisor& advisor) {
  Advised result;
  std::size_t warnings = 0;
  const Enforcement& enforced = advisor.enforcement;
  const bool any = !enforced.empty() && std::any_of(found.begin(), found.end(), [&](const Advice& advice) {
    return enforced.covers(advice.rule);
  });
  const KnownAdvice known = any ? known_before(before, advisor) : KnownAdvice();
  for (const Advice& advice : found) {
    if (any && enforced.covers(advice.rule) && !known.contains(identity_of(advice))) {
      result.errors.push_back(error_of(advice));
    } else {
      warn(result, warnings, advice);
    }
  }
  if (warnings > kMaxWarnings) {
    result.warnings.push_back("and " + std::to_string(warnings - kMaxWarnings) +
                              " more warnings of this kind, which are left out");
  }
  return result;
}

template <typename T>
Advised advise_object(const Advisor& advisor, const T* before, const T& after) {
  if (after.metadata.deletion_timestamp || (before != nullptr && before->spec == after.spec)) return {};
  AdviceSink sink;
  collect(after, advisor, sink);
  if (sink.found().empty()) return {};
  return judge(sink.found(), before, advisor);
}

}  // namespace

Advised advise(const Advisor& advisor, const api::Certificate* before, const api::Certificate& after) {
  return advise_object(advisor, before, after);
}

Advised advise(const Advisor& advisor, const api::CertificateRequest* before,
               const api::CertificateRequest& after) {
  return advise_object(advisor, before, after);
}

Advised advise(const Advisor& advisor, const api::Issuer* before, const api::Issuer& after) {
  return advise_object(advisor, before, after);
}

Advised advise(const Advisor& advisor, const api::ClusterIssuer* before, const api::ClusterIssuer& after) {
  return advise_object(advisor, before, after);
}

}  // namespace cw::webhook
