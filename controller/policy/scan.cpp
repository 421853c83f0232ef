#include "controller/policy/scan.h"

#include <utility>

#include "lib/api/resources.h"
#include "lib/base/pause.h"

namespace cw::controller::approval {
namespace {

constexpr std::string_view kWouldDeny = "PolicyWouldDeny";
// After so many a rest as long as this: a scan takes no more than a small part of a core.
constexpr std::size_t kInARow = 20;
constexpr std::chrono::milliseconds kRest{20};
// Then it is put off: nothing may be known at present.
constexpr std::size_t kMaxUnknown = 5;

// In use: what was never issued has its request to tell it.
bool is_live(const api::Certificate& certificate) {
  return certificate.status.not_after.has_value() && !certificate.metadata.deletion_timestamp;
}

}  // namespace

PolicyScan::PolicyScan(Parts parts)
    : parts_(std::move(parts)),
      by_namespace_(parts_.certificates.add_index([](const api::Certificate& certificate) {
        return std::vector<std::string>{{}, certificate.metadata.name_space};
      })) {}

void PolicyScan::world_changed(const std::string& name_space) {
  const std::scoped_lock lock(mutex_);
  if (name_space.empty()) {
    all_due_ = true;
  } else {
    namespaces_due_.insert(name_space);
  }
}

void PolicyScan::certificate_changed(const kube::ObjectKey& key, const api::Certificate* before,
                                     const api::Certificate* after) {
  if (after == nullptr) {
    set_denied(key, false);
    return;
  }
  const bool same = before != nullptr && before->spec == after->spec && is_live(*before) == is_live(*after);
  if (!same) look_at(key);
}

void PolicyScan::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void PolicyScan::stop() { thread_ = {}; }

void PolicyScan::run(const std::stop_token& stop) {
  while (pause(stop, parts_.debounce)) scan_once(stop);
}

PolicyScan::Keys PolicyScan::take_due() {
  Keys keys;
  std::set<std::string> namespaces;
  {
    const std::scoped_lock lock(mutex_);
    keys = std::exchange(keys_due_, {});
    namespaces = std::exchange(namespaces_due_, {});
    if (std::exchange(all_due_, false)) namespaces = {{}};
  }
  for (const auto& name_space : namespaces) {
    for (auto& key : parts_.certificates.keys_by(by_namespace_, name_space)) keys.insert(std::move(key));
  }
  return keys;
}

std::size_t PolicyScan::scan_once(const std::stop_token& stop) {
  std::size_t done = 0;
  std::size_t unknown = 0;
  auto keys = take_due();
  while (!keys.empty() && unknown < kMaxUnknown && !stop.stop_requested()) {
    auto node = keys.extract(keys.begin());
    if (!judge(node.value())) {
      ++unknown;
      look_at(node.value());
    }
    if (++done % kInARow == 0 && stop.stop_possible()) pause(stop, kRest);
  }
  for (const auto& key : keys) look_at(key);
  return done;
}

void PolicyScan::look_at(const kube::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  keys_due_.insert(key);
}

// False: it could not be found out.
bool PolicyScan::judge(const kube::ObjectKey& key) {
  const auto certificate = parts_.certificates.find(key);
  if (!certificate || !is_live(*certificate)) {
    set_denied(key, false);
    return true;
  }
  const auto view = policy::view_of(
      *certificate, {.controller_user = parts_.options.controller_user,
                     .requests = parts_.requests,
                     .next_revision = static_cast<int>(certificate->status.revision.value_or(0) + 1)});
  if (!view) return true;  // no request would be made; the Certificate tells that itself
  const auto verdict = policy::decide(*view, parts_.world, parts_.options);
  if (verdict.answer == policy::Answer::Error) return false;
  if (!set_denied(key, verdict.answer == policy::Answer::Denied)) return true;
  parts_.events.record(runtime::subject_of(api::kCertificates, certificate->metadata),
                       {.type = runtime::EventType::Warning,
                        .reason = std::string(kWouldDeny),
                        .message = "its next certificate would be denied: " + verdict.message});
  return true;
}

// True if it is denied, and was not before.
bool PolicyScan::set_denied(const kube::ObjectKey& key, bool denied) {
  const std::scoped_lock lock(mutex_);
  if (denied) return denied_[key.name_space].insert(key.name).second;
  const auto found = denied_.find(key.name_space);
  if (found == denied_.end()) return false;
  found->second.erase(key.name);
  if (found->second.empty()) denied_.erase(found);
  return false;
}

void PolicyScan::write(MetricsPage& page) const {
  const std::scoped_lock lock(mutex_);
  page.family("certwright_policy_would_deny", MetricsPage::Type::Gauge,
              "Certificates in use whose next certificate policy would deny.");
  for (const auto& [name_space, names] : denied_) {
    page.sample({{"namespace", name_space}}, static_cast<std::int64_t>(names.size()));
  }
}

}  // namespace cw::controller::approval
