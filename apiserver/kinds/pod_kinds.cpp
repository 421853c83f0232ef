#include "apiserver/kinds/pod_kinds.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/human_age.h"
#include "apiserver/json_access.h"
#include "apiserver/kinds/kind_checks.h"

namespace cw::apiserver {
namespace {

const Json& status_of(const Json& pod) { return object_member(pod, "status"); }

// Why a container does not run; empty if it does.
std::string why_not_running(const Json& state, const char* signal, const char* exit_code) {
  const Json* ended = find_member(state, "terminated");
  if (ended == nullptr) return text_member(object_member(state, "waiting"), "reason");
  const std::string reason = text_member(*ended, "reason");
  if (!reason.empty()) return reason;
  const std::int64_t by_signal = number_member(*ended, "signal");
  if (by_signal != 0) return signal + std::to_string(by_signal);
  return exit_code + std::to_string(number_member(*ended, "exitCode"));
}

struct Shown {
  std::string reason;
  std::size_t ready = 0;
  std::int64_t restarts = 0;
};

// False: initialization is over.
bool show_initialization(const Json& pod, Shown& shown) {
  const Json& containers = array_member(status_of(pod), "initContainerStatuses");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    shown.restarts += number_member(containers[i], "restartCount");
    const Json& state = object_member(containers[i], "state");
    const Json* ended = find_member(state, "terminated");
    if (ended != nullptr && number_member(*ended, "exitCode") == 0) continue;
    const std::string why = why_not_running(state, "Signal:", "ExitCode:");
    const std::string progress =
        std::to_string(i) + "/" +
        std::to_string(array_member(object_member(pod, "spec"), "initContainers").size());
    shown.reason = "Init:" + (why.empty() || why == "PodInitializing" ? progress : why);
    return true;
  }
  return false;
}

bool is_ready(const Json& pod) {
  const Json* ready = find_condition(array_member(status_of(pod), "conditions"), "Ready");
  return ready != nullptr && text_member(*ready, "status") == "True";
}

void show_containers(const Json& pod, Shown& shown) {
  shown.restarts = 0;
  bool running = false;
  std::string failure;
  const Json& containers = array_member(status_of(pod), "containerStatuses");
  for (auto container = containers.rbegin(); container != containers.rend(); ++container) {
    shown.restarts += number_member(*container, "restartCount");
    const Json& state = object_member(*container, "state");
    const std::string why = why_not_running(state, "Signal:", "ExitCode:");
    if (!why.empty()) {
      shown.reason = why;
      if (number_member(object_member(state, "terminated"), "exitCode") != 0) failure = why;
    } else if (true_member(*container, "ready") && state.contains("running")) {
      running = true;
      ++shown.ready;
    }
  }
  if (shown.reason != "Completed") return;
  if (running && is_ready(pod)) {
    shown.reason = "Running";
  } else if (!failure.empty()) {
    shown.reason = failure;
  } else if (running) {
    shown.reason = "NotReady";
  }
}

Shown shown_state(const Json& pod) {
  Shown shown;
  const std::string phase = text_member(status_of(pod), "phase");
  const std::string reason = text_member(status_of(pod), "reason");
  shown.reason = reason.empty() ? phase : reason;
  if (!show_initialization(pod, shown)) show_containers(pod, shown);
  const bool over = phase == "Succeeded" || phase == "Failed";
  if (!metadata_text(pod, "deletionTimestamp").empty() && !over) {
    shown.reason = reason == "NodeLost" ? "Unknown" : "Terminating";
  }
  return shown;
}

std::string or_none(std::string text) { return text.empty() ? "<none>" : text; }

std::string shown_gates(const Json& pod) {
  const Json& gates = array_member(object_member(pod, "spec"), "readinessGates");
  if (gates.empty()) return "<none>";
  const Json& conditions = array_member(status_of(pod), "conditions");
  const auto passed = std::count_if(gates.begin(), gates.end(), [&](const Json& gate) {
    const Json* condition = find_condition(conditions, text_member(gate, "conditionType"));
    return condition != nullptr && text_member(*condition, "status") == "True";
  });
  return std::to_string(passed) + "/" + std::to_string(gates.size());
}

std::vector<Json> pod_cells(const Json& pod, TimePoint now) {
  const Shown shown = shown_state(pod);
  const Json& spec = object_member(pod, "spec");
  const Json& addresses = array_member(status_of(pod), "podIPs");
  return {metadata_text(pod, "name"),
          std::to_string(shown.ready) + "/" + std::to_string(array_member(spec, "containers").size()),
          shown.reason,
          std::to_string(shown.restarts),
          human_age(metadata_text(pod, "creationTimestamp"), now),
          or_none(addresses.empty() ? std::string() : text_member(addresses[0], "ip")),
          or_none(text_member(spec, "nodeName")),
          or_none(text_member(status_of(pod), "nominatedNodeName")),
          shown_gates(pod)};
}

}  // namespace

KindRules pod_rules() {
  return {.fill = fill_pod,
          .prepare_create = prepare_pod,
          .prepare_update = [](Json& next, const Json& /*old*/) { tolerate_lost_nodes(next); },
          .check_create = check_new_pod,
          .check_update = check_pod_update,
          .grace = pod_grace,
          .prepare_part = prepare_pod_part,
          .check_part = check_pod_part,
          .warn = warn_of_pod};
}

TableColumns pod_table() {
  return {{{.name = "Name", .format = "name"},
           {.name = "Ready"},
           {.name = "Status"},
           {.name = "Restarts"},
           {.name = "Age"},
           {.name = "IP", .priority = 1},
           {.name = "Node", .priority = 1},
           {.name = "Nominated Node", .priority = 1},
           {.name = "Readiness Gates", .priority = 1}},
          pod_cells};
}

}  // namespace cw::apiserver
