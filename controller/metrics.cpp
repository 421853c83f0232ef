#include "controller/metrics.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "controller/acme_metrics.h"
#include "lib/api/names.h"
#include "lib/base/metrics_page.h"
#include "lib/base/process_metrics.h"

namespace cw::controller {
namespace {

using Labels = MetricsPage::Labels;
using Type = MetricsPage::Type;

constexpr std::array kStatuses{kube::kConditionTrue, kube::kConditionFalse, kube::kConditionUnknown};

template <typename Conditions>
std::string_view ready_status(const Conditions& conditions) {
  const auto* ready = kube::find_condition(conditions, api::kReady);
  return ready != nullptr ? std::string_view(ready->status) : kube::kConditionUnknown;
}

std::int64_t seconds(const std::optional<TimePoint>& time) {
  return time ? time->time_since_epoch().count() : 0;
}

// What the metrics tell of a Certificate, gathered in one walk: copies, for what a cache shows may be gone
// after it.
struct CertificateRow {
  std::string name;
  std::string name_space;
  api::IssuerReference issuer;
  std::string_view ready;
  std::optional<TimePoint> not_after;
  std::optional<TimePoint> not_before;
  std::optional<TimePoint> renewal;
};
using CertificateRows = std::vector<CertificateRow>;

std::string_view known_status(std::string_view status) {
  const auto* const found = std::find(kStatuses.begin(), kStatuses.end(), status);
  return found != kStatuses.end() ? *found : std::string_view();
}

CertificateRows rows_of(const watch::ObjectCache<api::Certificate>& certificates) {
  CertificateRows rows;
  certificates.for_each([&](const api::Certificate& certificate) {
    const auto& status = certificate.status;
    rows.push_back({.name = certificate.metadata.name,
                    .name_space = certificate.metadata.name_space,
                    .issuer = certificate.spec.issuer_ref,
                    .ready = known_status(ready_status(status.conditions)),
                    .not_after = status.not_after,
                    .not_before = status.not_before,
                    .renewal = status.renewal_time});
  });
  return rows;
}

// In alphabetical order, as the field's client library has them. As the spec has them: kind and group may be
// empty.
Labels labels_of(const CertificateRow& row) {
  return {{"issuer_group", row.issuer.group},
          {"issuer_kind", row.issuer.kind},
          {"issuer_name", row.issuer.name},
          {"name", row.name},
          {"namespace", row.name_space}};
}

void ready_of_certificates(MetricsPage& page, const CertificateRows& rows) {
  page.family("certmanager_certificate_ready_status", Type::Gauge, "Whether the certificate is ready.");
  for (const auto& row : rows) {
    auto labels = labels_of(row);
    labels.insert(labels.begin(), {"condition", ""});
    for (const auto status : kStatuses) {
      labels.front().second = status;
      page.sample(labels, std::int64_t{status == row.ready});
    }
  }
}

struct DateFamily {
  std::string_view name;
  std::string_view help;
  std::optional<TimePoint> CertificateRow::* date;
};

constexpr std::array<DateFamily, 4> kDates{{
    {"certmanager_certificate_expiration_timestamp_seconds", "When the certificate expires; 0 if unknown.",
     &CertificateRow::not_after},
    {"certmanager_certificate_not_after_timestamp_seconds", "When the certificate expires; 0 if unknown.",
     &CertificateRow::not_after},
    {"certmanager_certificate_not_before_timestamp_seconds",
     "From when the certificate is valid; 0 if unknown.", &CertificateRow::not_before},
    {"certmanager_certificate_renewal_timestamp_seconds", "When the certificate will be renewed; 0 if never.",
     &CertificateRow::renewal},
}};

void dates_of_certificates(MetricsPage& page, const CertificateRows& rows) {
  for (const auto& family : kDates) {
    page.family(family.name, Type::Gauge, family.help);
    for (const auto& row : rows) page.sample(labels_of(row), seconds(row.*family.date));
  }
}

void ready_of_issuers(MetricsPage& page, std::string_view name,
                      const watch::ObjectCache<api::Issuer>& issuers) {
  page.family(name, Type::Gauge, "Whether the issuer is ready.");
  issuers.for_each([&](const api::Issuer& issuer) {
    const auto is = ready_status(issuer.status.conditions);
    for (const auto status : kStatuses) {
      Labels labels{{"condition", status}, {"name", issuer.metadata.name}};
      if (!issuer.metadata.name_space.empty()) labels.emplace_back("namespace", issuer.metadata.name_space);
      page.sample(labels, std::int64_t{status == is});
    }
  });
}

void syncs(MetricsPage& page, const std::vector<Machine::NamedCounts>& counts) {
  page.family("certmanager_controller_sync_call_count", Type::Counter, "Passes of a controller.");
  for (const auto& [controller, count] : counts) {
    page.sample({{"controller", controller}}, static_cast<std::int64_t>(count.calls));
  }
  page.family("certmanager_controller_sync_error_count", Type::Counter,
              "Passes of a controller that failed.");
  for (const auto& [controller, count] : counts) {
    page.sample({{"controller", controller}}, static_cast<std::int64_t>(count.errors));
  }
}

// One series for each state, as the field has it; "" is one that is not known yet.
void challenge_states(MetricsPage& page, const watch::ObjectCache<api::Challenge>& challenges) {
  constexpr std::array<std::string_view, 8> kStates{"ready",   "valid",      "errored", "expired",
                                                    "invalid", "processing", "",        "pending"};
  page.family("certmanager_certificate_challenge_status", Type::Gauge, "The state of a challenge.");
  challenges.for_each([&](const api::Challenge& challenge) {
    const auto& status = challenge.status;
    for (const auto state : kStates) {
      page.sample({{"domain", challenge.spec.dns_name},
                   {"name", challenge.metadata.name},
                   {"namespace", challenge.metadata.name_space},
                   {"processing", status.processing ? "true" : "false"},
                   {"reason", status.reason},
                   {"status", state},
                   {"type", challenge.spec.type}},
                  std::int64_t{status.state == state});
    }
  });
}

// Ours; the field measures nothing like it.
void issuance_times(MetricsPage& page, const certificates::IssuanceTimes& times) {
  page.family("certwright_certificate_issuance_duration_seconds", Type::Histogram,
              "From the decision to issue to the certificate in its Secret.");
  for (const auto& row : times.rows()) {
    page.histogram({{"issuer_group", row.issuer_group}, {"issuer_kind", row.issuer_kind}},
                   certificates::IssuanceTimes::kBounds, row.buckets, static_cast<double>(row.seconds));
  }
}

}  // namespace

std::string metrics_text(const Machine& machine, TimePoint now) {
  MetricsPage page;
  page.family("certmanager_clock_time_seconds", Type::Counter, "Unix time (deprecated).");
  page.sample({}, seconds(now));
  page.family("certmanager_clock_time_seconds_gauge", Type::Gauge, "Unix time.");
  page.sample({}, seconds(now));
  const auto certificates = rows_of(machine.certificates());
  ready_of_certificates(page, certificates);
  dates_of_certificates(page, certificates);
  ready_of_issuers(page, "certmanager_issuer_ready_status", machine.issuers());
  if (const auto* cluster_issuers = machine.cluster_issuers()) {
    ready_of_issuers(page, "certmanager_clusterissuer_ready_status", *cluster_issuers);
  }
  syncs(page, machine.counts());
  issuance_times(page, machine.issuance_times());
  challenge_states(page, machine.challenges());
  if (const auto* requests = machine.acme_requests()) requests->write(page);
  machine.write_policy_metrics(page);
  append_process_metrics(page);
  return page.take();
}

}  // namespace cw::controller
