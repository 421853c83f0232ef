#include "cli/controller_flags.h"

#include "cli/flags.h"

namespace cw::cli {

void add_controller_flags(CLI::App& command, controller::ControllerOptions& options) {
  command.add_option("--namespace", options.name_space, "Look at this namespace only; empty: at all");
  command
      .add_option("--cluster-resource-namespace", options.cluster_resource_namespace,
                  "Where the Secrets of ClusterIssuers are")
      ->capture_default_str();
  command
      .add_option("--controllers", options.controllers, "Controllers to run; * is all, -name leaves one out")
      ->delimiter(',');
  command.add_option("--concurrent-workers", options.workers, "Passes at once, for each controller")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_flag("--enable-certificate-owner-ref,!--no-enable-certificate-owner-ref",
                   options.enable_certificate_owner_ref, "Delete a Secret with its Certificate");
  command
      .add_option("--copied-annotation-prefixes", options.copied_annotation_prefixes,
                  "Annotations that a request takes over from its Certificate; -prefix leaves out")
      ->delimiter(',');
  add_duration(command, "--certificate-request-minimum-backoff-duration",
               options.certificate_request_minimum_backoff, "Wait after the first failed issuance");
  add_duration(command, "--certificate-request-maximum-backoff-duration",
               options.certificate_request_maximum_backoff, "Longest wait after failed issuances");
  command.add_option("--metrics-listen-address", options.metrics_listen_address, "host:port of /metrics");
  command
      .add_option("--internal-healthz-listen-address", options.healthz_listen_address, "host:port of /livez")
      ->group("");
}

void add_leader_election_flags(CLI::App& command, controller::ControllerOptions& options) {
  command.add_option("--leader-elect", options.leader_elect, "Only one replica works at a time")
      ->expected(0, 1)
      ->default_str("true");
  command.add_option("--leader-election-namespace", options.leader_election_namespace, "Where the Lease is")
      ->capture_default_str();
  add_duration(command, "--leader-election-lease-duration", options.lease_duration,
               "How long a lease is held");
  add_duration(command, "--leader-election-renew-deadline", options.renew_deadline,
               "How long the leader tries to renew it");
  add_duration(command, "--leader-election-retry-period", options.retry_period, "Pause between tries");
}

}  // namespace cw::cli
