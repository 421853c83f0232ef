#include "apiserver/etcd/etcd_client.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/base/file.h"

namespace cw::apiserver {
namespace {

constexpr std::chrono::milliseconds kTimeout{5000};  // of a request; etcd's own is 5 s too
constexpr std::size_t kMaxAnswer = 256UL << 20U;     // a page of objects that are all as large as can be
constexpr std::size_t kMaxFile = 1UL << 20U;
constexpr std::size_t kKeptConnections = 64;  // one for each writer

// A member that has lost the others ends the watch: it would be silent otherwise.
constexpr const char* kRequireLeader = "Grpc-Metadata-Hasleader";

// What each member has said, once.
void append_failure(std::string& failures, const std::string& message) {
  if (failures.find(message) != std::string::npos) return;
  failures += failures.empty() ? message : "; " + message;
}

Result<std::string> read_if_named(const std::string& path) {
  if (path.empty()) return std::string();
  return read_file(path, kMaxFile);
}

}  // namespace

EtcdClient::~EtcdClient() = default;

Result<std::unique_ptr<EtcdClient>> EtcdClient::create(const EtcdOptions& options) {
  if (options.servers.empty()) return Error{Code::Invalid, "--etcd-servers names no server"};
  http::ClientOptions wanted;
  wanted.ca_pem = TRY(read_if_named(options.ca_file));
  wanted.certificate_pem = TRY(read_if_named(options.certificate_file));
  wanted.private_key_pem = TRY(read_if_named(options.key_file));
  wanted.timeout = kTimeout;
  wanted.max_body = kMaxAnswer;
  wanted.max_idle_connections = kKeptConnections;
  std::vector<Member> members;
  for (const std::string& server : options.servers) {
    wanted.base_url = server;
    auto member = http::Client::create(wanted);
    if (!member) return Error{Code::Invalid, "--etcd-servers " + server + ": " + member.error().message};
    members.push_back(std::move(member).value());
  }
  return std::unique_ptr<EtcdClient>(new EtcdClient(std::move(members)));
}

// Of many requests that fail at one member the first turns away from it: else they would come round to it.
void EtcdClient::turn_from(std::size_t turn) const { turn_.compare_exchange_strong(turn, turn + 1); }

void EtcdClient::stop() {
  for (const Member& member : members_) member->stop();
}

// Each member once; a single one twice, for a kept connection may be dead.
std::size_t EtcdClient::attempts() const { return std::max<std::size_t>(2, members_.size()); }

Result<std::string> EtcdClient::send(std::size_t turn, const char* target, const std::string& body) const {
  auto answer = member(turn).send(
      {.method = "POST", .target = target, .body = body, .content_type = "application/json"});
  if (!answer) {
    turn_from(turn);
    return Error{answer.error().code, "etcd: " + answer.error().message};
  }
  if (answer->status == 200) return std::move(answer).value().body;
  Error failure = decode_failure(answer->status, answer->body);
  if (failure.code == Code::Unavailable) turn_from(turn);
  return failure;
}

// For requests that may be repeated.
Result<std::string> EtcdClient::send_patiently(const char* target, const std::string& body) const {
  const std::size_t turn = turn_.load();
  std::string failures;
  for (std::size_t attempt = 1;; ++attempt) {
    auto answer = send(turn + attempt - 1, target, body);
    if (answer || answer.error().code != Code::Unavailable) return answer;
    append_failure(failures, answer.error().message);
    if (attempt >= attempts()) return Error{Code::Unavailable, failures};
  }
}

Result<EtcdPage> EtcdClient::range(const EtcdRange& range) const {
  return decode_range(TRY(send_patiently("/v3/kv/range", range_request(range))));
}

// A write whose answer got lost may have happened. It is repeated, and if it is refused then because its own
// first attempt stands there, that was it.
Result<EtcdWritten> EtcdClient::write(const EtcdWrite& write) const {
  const std::string body = write_request(write);
  const std::size_t turn = turn_.load();
  std::string failures;
  for (std::size_t attempt = 1;; ++attempt) {
    const auto answer = send(turn + attempt - 1, "/v3/kv/txn", body);
    if (!answer && answer.error().code != Code::Unavailable) return answer.error();
    if (!answer) append_failure(failures, answer.error().message);
    if (!answer && attempt >= attempts()) return Error{Code::Unavailable, failures};
    if (!answer) continue;
    EtcdWritten written = TRY(decode_written(*answer));
    if (written.succeeded || attempt == 1) return written;
    if (!write.value && !written.found) {
      return Error{Code::Unavailable, "etcd: the object is gone, it is unknown by whom"};
    }
    if (write.value && written.found && written.found->value == *write.value) {
      return EtcdWritten{true, written.found->mod_revision, std::nullopt, 0};
    }
    return written;
  }
}

Status EtcdClient::put(const std::string& key, const std::string& value) const {
  const nlohmann::json body{{"key", encode_base64(key)}, {"value", encode_base64(value)}};
  TRY(send_patiently("/v3/kv/put", body.dump()));
  return Done{};
}

Status EtcdClient::compact(Revision revision) const {
  const nlohmann::json body{{"revision", std::to_string(revision)}};
  const auto answer = send_patiently("/v3/kv/compaction", body.dump());
  if (!answer && answer.error().code != Code::Gone) return answer.error();
  return Done{};
}

Status EtcdClient::watch(const std::string& request, const std::function<bool(std::string_view)>& on_line,
                         const std::stop_token& stop) const {
  const std::size_t turn = turn_.load();
  watched_ = turn;
  auto answer = member(turn).stream_lines({.method = "POST",
                                           .target = "/v3/watch",
                                           .body = request,
                                           .content_type = "application/json",
                                           .headers = {{kRequireLeader, "true"}}},
                                          on_line, stop);
  if (!answer) {
    turn_from(turn);
    return Error{answer.error().code, "etcd: " + answer.error().message};
  }
  if (answer->status != 200) return decode_failure(answer->status, answer->body);
  return Done{};
}

}  // namespace cw::apiserver
