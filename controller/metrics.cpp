#include "controller/metrics.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

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

using CertificateList = std::vector<watch::ObjectCache<api::Certificate>::Pointer>;

Labels labels_of(const api::Certificate& certificate) {
  return {{"name", certificate.metadata.name},
          {"namespace", certificate.metadata.name_space},
          {"issuer_name", certificate.spec.issuer_ref.name},
          {"issuer_kind", certificate.spec.issuer_ref.kind},
          {"issuer_group", certificate.spec.issuer_ref.group}};
}

void ready_of_certificates(MetricsPage& page, const CertificateList& certificates) {
  page.family("certmanager_certificate_ready_status", Type::Gauge, "Whether the certificate is ready.");
  for (const auto& certificate : certificates) {
    auto labels = labels_of(*certificate);
    labels.insert(labels.begin() + 2, {"condition", ""});
    const auto is = ready_status(certificate->status.conditions);
    for (const auto status : kStatuses) {
      labels[2].second = status;
      page.sample(labels, std::int64_t{status == is});
    }
  }
}

struct DateFamily {
  std::string_view name;
  std::string_view help;
  std::optional<TimePoint> api::CertificateStatus::* date;
};

constexpr std::array<DateFamily, 4> kDates{{
    {"certmanager_certificate_expiration_timestamp_seconds", "When the certificate expires; 0 if unknown.",
     &api::CertificateStatus::not_after},
    {"certmanager_certificate_not_after_timestamp_seconds", "When the certificate expires; 0 if unknown.",
     &api::CertificateStatus::not_after},
    {"certmanager_certificate_not_before_timestamp_seconds",
     "From when the certificate is valid; 0 if unknown.", &api::CertificateStatus::not_before},
    {"certmanager_certificate_renewal_timestamp_seconds", "When the certificate will be renewed; 0 if never.",
     &api::CertificateStatus::renewal_time},
}};

void dates_of_certificates(MetricsPage& page, const CertificateList& certificates) {
  for (const auto& family : kDates) {
    page.family(family.name, Type::Gauge, family.help);
    for (const auto& certificate : certificates) {
      page.sample(labels_of(*certificate), seconds(certificate->status.*family.date));
    }
  }
}

void ready_of_issuers(MetricsPage& page, std::string_view name,
                      const watch::ObjectCache<api::Issuer>& issuers) {
  page.family(name, Type::Gauge, "Whether the issuer is ready.");
  for (const auto& issuer : issuers.all()) {
    const auto is = ready_status(issuer->status.conditions);
    for (const auto status : kStatuses) {
      Labels labels{{"name", issuer->metadata.name}};
      if (!issuer->metadata.name_space.empty()) labels.emplace_back("namespace", issuer->metadata.name_space);
      labels.emplace_back("condition", status);
      page.sample(labels, std::int64_t{status == is});
    }
  }
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

}  // namespace

std::string metrics_text(const Machine& machine, TimePoint now) {
  MetricsPage page;
  page.family("certmanager_clock_time_seconds", Type::Counter, "Unix time (deprecated).");
  page.sample({}, seconds(now));
  page.family("certmanager_clock_time_seconds_gauge", Type::Gauge, "Unix time.");
  page.sample({}, seconds(now));
  const auto certificates = machine.certificates().all();
  ready_of_certificates(page, certificates);
  dates_of_certificates(page, certificates);
  ready_of_issuers(page, "certmanager_issuer_ready_status", machine.issuers());
  if (const auto* cluster_issuers = machine.cluster_issuers()) {
    ready_of_issuers(page, "certmanager_clusterissuer_ready_status", *cluster_issuers);
  }
  syncs(page, machine.counts());
  append_process_metrics(page);
  return page.take();
}

}  // namespace cw::controller
