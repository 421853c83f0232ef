// AuditEvent: one line of the audit log, an audit.k8s.io/v1 Event. Pure.
// Source: k8s.io/apiserver pkg/apis/audit/v1.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "apiserver/request_info.h"
#include "lib/kube/admission_review.h"

namespace cw::apiserver {

enum class AuditLevel : std::uint8_t { Metadata, Request, RequestResponse };
enum class AuditStage : std::uint8_t { ResponseStarted, ResponseComplete };
using AuditTime = std::chrono::sys_time<std::chrono::microseconds>;

struct AuditEvent {
  AuditLevel level = AuditLevel::Metadata;
  AuditStage stage = AuditStage::ResponseComplete;
  std::string id;
  std::string uri;
  RequestInfo request = {};
  kube::UserInfo user = {};
  std::optional<kube::UserInfo> impersonated = {};
  std::string address = {};
  std::string agent = {};
  int status = 200;
  std::string request_body = {};   // JSON as it came; other forms are left out
  std::string response_body = {};  // JSON
  AuditTime received = {};
  AuditTime at = {};
  std::map<std::string, std::string> annotations = {};
};

// With its newline. The name of an object that was created is taken from the answer, which is shown at
// RequestResponse only.
std::string audit_line(const AuditEvent&);
// The level of a request for which `wanted` is configured: bodies that hold secrets or tokens are never
// shown.
AuditLevel level_for(AuditLevel wanted, const RequestInfo&);
std::optional<AuditLevel> parse_audit_level(std::string_view name);
// "2026-01-02T03:04:05.000006Z"
std::string micro_time(AuditTime);

}  // namespace cw::apiserver
