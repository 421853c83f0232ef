#include "cli/config_rules.h"
#include "cli/policy_flags.h"
#include "controller/names.h"
#include "webhook/rules/grammar/doh_url.h"
#include "webhook/rules/grammar/host_port.h"
#include "webhook/rules/shown.h"

namespace cw::cli {
namespace {

using kube::FieldErrors;
using kube::FieldPath;
using webhook::append;
using webhook::Rule;
using webhook::shown;
using Settings = ControllerSettings;

constexpr std::string_view kClientGo = "client-go leaderelection, at start-up in the field";

FieldErrors at_least_minus_one(const FieldPath& at, double value) {
  if (value >= -1) return {};
  return {kube::invalid(at, shown(static_cast<std::int64_t>(value)), "must not be less than -1")};
}

bool is_host_port(std::string_view text) {
  return std::holds_alternative<webhook::HostPort>(webhook::split_host_port(text));
}

bool is_nameserver(std::string_view text) {
  return text.starts_with(webhook::kHttpsPrefix) ? webhook::is_doh_url(text) : is_host_port(text);
}

template <typename Good>
FieldErrors refuse_bad(const std::vector<std::string>& items, const FieldPath& at, std::string_view why,
                       Good is_good) {
  FieldErrors all;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!is_good(items[i]))
      all.push_back(kube::invalid(at.index(i), kube::quoted(items[i]), std::string(why)));
  }
  return all;
}

// "-*" leaves nothing out that has a name.
bool is_controller(const std::string& entry) {
  return entry != "-*" && controller::enabled_controllers({entry}).has_value();
}

FieldErrors healthz_timeout(const Settings& s, const FieldPath& at) {
  if (!s.options.leader_elect || s.healthz_timeout.count() > 0) return {};
  return {kube::invalid(at.child("leaderElectionConfig.healthzTimeout"), shown(Duration(s.healthz_timeout)),
                        "must be greater than 0")};
}

FieldErrors issuer_kind(const Settings& s, const FieldPath& at) {
  if (!s.default_issuer_kind.empty()) return {};
  return {kube::required(at.child("ingressShimConfig.defaultIssuerKind"), "must be given")};
}

FieldErrors burst_of_qps(const Settings& s, const FieldPath& at) {
  if (static_cast<double>(s.burst) >= s.qps) return {};
  return {kube::invalid(at.child("kubernetesAPIBurst"), shown(s.burst),
                        "must not be less than kubernetesAPIQPS")};
}

FieldErrors back_off_order(const Settings& s, const FieldPath& at) {
  const auto first = s.options.certificate_request_minimum_backoff;
  const auto last = s.options.certificate_request_maximum_backoff;
  if (first.count() <= 0 || last.count() <= 0 || last >= first) return {};
  return {kube::invalid(at.child("certificateRequestMaximumBackoffDuration"), shown(Duration(last)),
                        "must not be shorter than certificateRequestMinimumBackoffDuration")};
}

FieldErrors shard(const Settings& s, const FieldPath& at) {
  const auto parsed = controller::runtime::parse_shard(s.shard);
  if (parsed) return {};
  return {kube::invalid(at.child("shard"), kube::quoted(s.shard), parsed.error().message)};
}

// Of periods that are positive: what is not, other rules say.
FieldErrors lease_and_deadline(const Settings& s, const FieldPath& at) {
  const auto& options = s.options;
  if (!options.leader_elect || options.lease_duration.count() <= 0 ||
      options.lease_duration > options.renew_deadline) {
    return {};
  }
  return {kube::invalid(at.child("leaderElectionConfig.leaseDuration"),
                        shown(Duration(options.lease_duration)), "must be longer than renewDeadline")};
}

FieldErrors deadline_and_retry(const Settings& s, const FieldPath& at) {
  const auto& options = s.options;
  if (!options.leader_elect || options.renew_deadline.count() <= 0 ||
      options.renew_deadline * 10 > options.retry_period * 12) {
    return {};
  }
  return {kube::invalid(at.child("leaderElectionConfig.renewDeadline"),
                        shown(Duration(options.renew_deadline)),
                        "must be longer than 1.2 times retryPeriod")};
}

FieldErrors workers(const Settings& s, const FieldPath& at) {
  constexpr std::int64_t kMost = 64;
  if (s.workers >= 1 && s.workers <= kMost) return {};
  return {kube::invalid(at.child("numberOfConcurrentWorkers"), shown(s.workers), "must be from 1 to 64")};
}

FieldErrors reissues(const Settings& s, const FieldPath& at) {
  constexpr std::int64_t kMost = 100;
  if (s.max_reissues >= 0 && s.max_reissues <= kMost) return {};
  return {kube::invalid(at.child("maxReissuesPerHour"), shown(s.max_reissues), "must be from 0 to 100")};
}

FieldErrors challenges(const Settings& s, const FieldPath& at) {
  constexpr std::int64_t kMost = 10'000;
  if (s.max_challenges >= 1 && s.max_challenges <= kMost) return {};
  return {
      kube::invalid(at.child("maxConcurrentChallenges"), shown(s.max_challenges), "must be from 1 to 10000")};
}

FieldErrors check_port(std::int64_t port, const FieldPath& at) {
  constexpr std::int64_t kMost = 65535;
  if (port >= 1 && port <= kMost) return {};
  return {kube::invalid(at, shown(port), "must be from 1 to 65535")};
}

// Better no metrics than metrics in the clear where TLS was asked for.
FieldErrors metrics_tls(const Settings& s, const FieldPath& at) {
  if (!s.common.metrics_tls.configured()) return {};
  return {
      kube::forbidden(at.child("metricsTLSConfig"), "the controller does not serve metrics over TLS yet")};
}

constexpr Rule<Settings> kIssuance[] = {
    {"config.controllers.known", "CFG-26",
     [](const Settings& s, const FieldPath& at) {
       return refuse_bad(s.options.controllers, at.child("controllers"), "there is no such controller",
                         is_controller);
     }},
    {"config.backoff.minimum.negative", "CFG-27",
     [](const Settings& s, const FieldPath& at) {
       return not_negative(at.child("certificateRequestMinimumBackoffDuration"),
                           s.options.certificate_request_minimum_backoff);
     }},
    {"config.backoff.maximum.negative", "CFG-28",
     [](const Settings& s, const FieldPath& at) {
       return not_negative(at.child("certificateRequestMaximumBackoffDuration"),
                           s.options.certificate_request_maximum_backoff);
     }},
    {"config.backoff.order", "CFG-29", back_off_order},
    {"config.workers.range", "ours", workers},
    {"config.maxReissuesPerHour.range", "ours", reissues},
    {"config.maxConcurrentChallenges.range", "ours", challenges},
    {"config.acmeHTTP01.checkPort.range", "ours",
     [](const Settings& s, const FieldPath& at) {
       return check_port(s.http01_check_port, at.child("acmeHTTP01Config.checkPort"));
     }},
    {"config.acmeDNS01.authoritativePort.range", "ours",
     [](const Settings& s, const FieldPath& at) {
       return check_port(s.authoritative_port, at.child("acmeDNS01Config.authoritativePort"));
     }},
    {"config.acmeHTTP01.solverNameservers.syntax", "CFG-24",
     [](const Settings& s, const FieldPath& at) {
       return refuse_bad(s.solver_nameservers, at.child("acmeHTTP01Config.solverNameservers"),
                         "must be host:port", is_host_port);
     }},
    {"config.acmeDNS01.recursiveNameservers.syntax", "CFG-25",
     [](const Settings& s, const FieldPath& at) {
       return refuse_bad(s.recursive_nameservers, at.child("acmeDNS01Config.recursiveNameservers"),
                         "must be host:port or an https URL", is_nameserver);
     }},
};

constexpr Rule<Settings> kController[] = {
    {"config.leaderElection.healthzTimeout.positive", "CFG-18", healthz_timeout},
    {"config.leaderElection.leaseDuration.order", kClientGo, lease_and_deadline},
    {"config.leaderElection.renewDeadline.order", kClientGo, deadline_and_retry},
    {"config.shard.syntax", "ours", shard},
    {"config.ingressShim.defaultIssuerKind.required", "CFG-20", issuer_kind},
    {"config.kubernetesAPIBurst.minimum", "CFG-21",
     [](const Settings& s, const FieldPath& at) {
       return at_least_minus_one(at.child("kubernetesAPIBurst"), static_cast<double>(s.burst));
     }},
    {"config.kubernetesAPIQPS.minimum", "CFG-22",
     [](const Settings& s, const FieldPath& at) {
       return at_least_minus_one(at.child("kubernetesAPIQPS"), s.qps);
     }},
    {"config.kubernetesAPIBurst.qps", "CFG-23", burst_of_qps},
    {"config.metricsTLSConfig.unserved", "ours: docs/differences.md", metrics_tls},
};

}  // namespace

FieldErrors check_issuance(const ControllerSettings& settings) {
  FieldErrors all = run(kIssuance, settings);
  append(all, check_pem(settings.pem));
  append(all, check_logging(settings.common.logging));
  return all;
}

FieldErrors check_settings(const ControllerSettings& settings) {
  FieldErrors all = check_tls(settings.common.metrics_tls, FieldPath("metricsTLSConfig"));
  append(all, check_tls_versions(settings.common.metrics_tls, FieldPath("metricsTLSConfig")));
  append(all, run(kController, settings));
  append(all, check_election(settings.options));
  append(all, run(kIssuance, settings));
  append(all, check_pem(settings.pem));
  append(all, check_policy(settings.policy));
  append(all, check_common_of_controller(settings.common));
  return all;
}

webhook::RuleList controller_config_rules() {
  webhook::RuleList all;
  list_tls_rules(all);
  list_tls_version_rules(all);
  webhook::list_rows(all, kController);
  list_election_rules(all);
  webhook::list_rows(all, kIssuance);
  list_pem_rules(all);
  list_policy_config_rules(all);
  list_common_rules_of_controller(all);
  return all;
}

}  // namespace cw::cli
