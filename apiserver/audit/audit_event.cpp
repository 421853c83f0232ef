#include "apiserver/audit/audit_event.h"

#include <array>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/encoding.h"
#include "lib/base/time_text.h"
#include "lib/kube/json_text.h"

namespace cw::apiserver {
namespace {

constexpr std::array<std::string_view, 3> kLevels{"Metadata", "Request", "RequestResponse"};
constexpr std::size_t kMaxAgent = 1024;  // bytes; more is cut, and said to be
constexpr std::string_view kCut = "...TRUNCATED";
constexpr std::size_t kUsualLine = 900;      // bytes
constexpr std::size_t kMaxBody = 1U << 20U;  // bytes; a larger one is left out

// Text of clients may be no UTF-8.
class Line {
 public:
  explicit Line(std::size_t expected = 0) { out_.reserve(expected); }
  void text(std::string_view key, std::string_view value) {
    begin(key);
    kube::append_json_string(out_, is_valid_utf8(value) ? value : "(not UTF-8)");
  }
  void text_if(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void raw(std::string_view key, std::string_view json) {
    begin(key);
    out_ += json;
  }
  std::string take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void begin(std::string_view key) {
    if (out_.size() > 1) out_ += ',';
    out_.append("\"").append(key).append("\":");
  }
  std::string out_{'{'};
};

std::string list_text(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ',';
    kube::append_json_string(out, is_valid_utf8(value) ? std::string_view(value) : "(not UTF-8)");
  }
  return out + "]";
}

std::string user_text(const kube::UserInfo& user) {
  Line line;
  line.text("username", user.username);
  line.text_if("uid", user.uid);
  if (!user.groups.empty()) line.raw("groups", list_text({user.groups.begin(), user.groups.end()}));
  Line extra;
  bool any = false;
  for (const auto& [key, values] : user.extra) {
    if (!is_valid_utf8(key) || key.find_first_of("\"\\") != std::string::npos) continue;
    extra.raw(key, list_text({values.begin(), values.end()}));
    any = true;
  }
  if (any) line.raw("extra", extra.take());
  return line.take();
}

// Null if it is none, or too large to be worth it.
Json parsed_body(const std::string& body) {
  if (body.empty() || body.size() > kMaxBody) return nullptr;
  Json json = Json::parse(body, nullptr, false);
  return json.is_discarded() ? Json(nullptr) : json;
}

std::string object_text(const AuditEvent& event, const Json& answer) {
  const RequestInfo& info = event.request;
  const bool made = info.verb == "create" && info.name.empty() && event.status == 201;
  Line line;
  line.text("resource", info.resource);
  line.text_if("namespace", info.name_space);
  line.text_if("name", made ? metadata_text(answer, "name") : info.name);
  if (made) line.text_if("uid", metadata_text(answer, "uid"));
  line.text_if("apiGroup", info.group);
  line.text_if("apiVersion", info.version);
  if (made) line.text_if("resourceVersion", metadata_text(answer, "resourceVersion"));
  line.text_if("subresource", info.sub_resource);
  return line.take();
}

std::string status_text(const AuditEvent& event, const Json& answer) {
  Line line;
  line.raw("metadata", "{}");
  if (event.status >= 400) {
    line.text("status", "Failure");
    if (answer.is_object()) {
      line.text_if("message", text_member(answer, "message"));
      line.text_if("reason", text_member(answer, "reason"));
    }
  }
  line.raw("code", std::to_string(event.status));
  return line.take();
}

}  // namespace

std::string micro_time(AuditTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::string parts = std::to_string((time - seconds).count());
  std::string text = format_time(seconds);
  text.insert(text.size() - 1, "." + std::string(6 - parts.size(), '0') + parts);
  return text;
}

std::optional<AuditLevel> parse_audit_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (name == kLevels[i]) return static_cast<AuditLevel>(i);
  }
  return std::nullopt;
}

AuditLevel level_for(AuditLevel wanted, const RequestInfo& info) {
  const bool secret = (info.resource == "secrets" && info.group.empty()) || info.resource == "tokenreviews" ||
                      info.sub_resource == "token";
  return secret || !info.is_resource ? AuditLevel::Metadata : wanted;
}

std::string audit_line(const AuditEvent& event) {
  const Json answer = parsed_body(event.response_body);
  Line line(kUsualLine);
  line.text("kind", "Event");
  line.text("apiVersion", "audit.k8s.io/v1");
  line.text("level", kLevels[static_cast<std::size_t>(event.level)]);
  line.text("auditID", event.id);
  line.text("stage", event.stage == AuditStage::ResponseStarted ? "ResponseStarted" : "ResponseComplete");
  line.text("requestURI", event.uri);
  line.text("verb", event.request.verb);
  line.raw("user", user_text(event.user));
  if (event.impersonated) line.raw("impersonatedUser", user_text(*event.impersonated));
  if (!event.address.empty()) line.raw("sourceIPs", list_text({event.address}));
  const bool long_agent = event.agent.size() > kMaxAgent;
  line.text_if("userAgent", long_agent ? event.agent.substr(0, kMaxAgent) + std::string(kCut) : event.agent);
  if (event.request.is_resource) line.raw("objectRef", object_text(event, answer));
  line.raw("responseStatus", status_text(event, answer));
  if (event.level >= AuditLevel::Request) {
    const Json body = parsed_body(event.request_body);
    if (!body.is_null()) line.raw("requestObject", dumped(body));
  }
  if (event.level == AuditLevel::RequestResponse && !answer.is_null())
    line.raw("responseObject", dumped(answer));
  line.text("requestReceivedTimestamp", micro_time(event.received));
  line.text("stageTimestamp", micro_time(event.at));
  if (!event.annotations.empty()) {
    Line notes;
    for (const auto& [key, value] : event.annotations) notes.text(key, value);
    line.raw("annotations", notes.take());
  }
  std::string text = line.take();
  text += '\n';
  return text;
}

}  // namespace cw::apiserver
