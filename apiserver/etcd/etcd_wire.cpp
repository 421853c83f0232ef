#include "apiserver/etcd/etcd_wire.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

// gRPC's codes: google.golang.org/grpc/codes.
constexpr int kInvalidArgument = 3;
constexpr int kResourceExhausted = 8;
constexpr int kOutOfRange = 11;
constexpr std::size_t kShownWords = 300;  // of an answer that is not JSON

Error broken() { return {Code::Unavailable, "etcd: the answer is not what its gateway speaks"}; }

Json bytes(const std::string& value) { return encode_base64(value); }

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  const Json* found = find_member(object, name);
  return found != nullptr ? *found : nothing;
}

Revision number(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (value.is_number_unsigned()) return value.get<Revision>();
  if (!value.is_string()) return 0;
  const std::string& digits = value.get_ref<const std::string&>();
  Revision parsed = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
  return parsed;
}

std::string decoded(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.is_string()) return {};
  return decode_base64(value.get_ref<const std::string&>()).value_or(std::string());
}

EtcdKeyValue key_value(const Json& json) {
  return {decoded(json, "key"), decoded(json, "value"), number(json, "mod_revision")};
}

Revision header_revision(const Json& answer) { return number(member(answer, "header"), "revision"); }

// The first of a list of key values, if there is one.
std::optional<EtcdKeyValue> first(const Json& list) {
  if (!list.is_array() || list.empty()) return std::nullopt;
  return key_value(list.front());
}

Json is_at(const Json& key, Revision revision) {
  return {{"target", "MOD"}, {"result", "EQUAL"}, {"key", key}, {"mod_revision", std::to_string(revision)}};
}

// Of the ranges behind the first.
Revision newest_of(const Json& ranges) {
  Revision newest = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    const auto item = first(member(member(ranges[i], "response_range"), "kvs"));
    if (item) newest = std::max(newest, item->mod_revision);
  }
  return newest;
}

}  // namespace

std::string range_request(const EtcdRange& range) {
  Json json{{"key", bytes(range.key)}};
  if (!range.end.empty()) json["range_end"] = bytes(range.end);
  if (range.limit > 0) json["limit"] = std::to_string(range.limit);
  if (range.revision > 0) json["revision"] = std::to_string(range.revision);
  if (range.count_only) json["count_only"] = true;
  return dumped(json);
}

std::string write_request(const EtcdWrite& write) {
  const Json key = bytes(write.key);
  const Json change = write.value ? Json{{"request_put", {{"key", key}, {"value", bytes(*write.value)}}}}
                                  : Json{{"request_delete_range", {{"key", key}, {"prev_kv", true}}}};
  Json compares = Json::array({is_at(key, write.expected)});
  Json success = Json::array({change});
  Json failure = Json::array({{{"request_range", {{"key", key}}}}});
  for (const std::string& taken : write.taken) {
    compares.push_back(is_at(bytes(taken), 0));
    success.push_back({{"request_put", {{"key", bytes(taken)}, {"value", key}}}});
    failure.push_back({{"request_range", {{"key", bytes(taken)}}}});
  }
  for (const std::string& released : write.released) {
    success.push_back({{"request_delete_range", {{"key", bytes(released)}}}});
  }
  return dumped(
      {{"compare", std::move(compares)}, {"success", std::move(success)}, {"failure", std::move(failure)}});
}

std::string watch_request(const std::string& key, const std::string& end, Revision start) {
  // Without fragments one message could hold a thousand changes of a megabyte each.
  return dumped({{"create_request",
                  {{"key", bytes(key)},
                   {"range_end", bytes(end)},
                   {"start_revision", std::to_string(start)},
                   {"progress_notify", true},
                   {"fragment", true}}}});
}

Result<EtcdPage> decode_range(std::string_view answer) {
  const Result<Json> json = kube::parse_json(answer);
  if (!json || header_revision(*json) == 0) return broken();
  EtcdPage page{{}, header_revision(*json), true_member(*json, "more")};
  for (const Json& item : array_member(*json, "kvs")) page.items.push_back(key_value(item));
  return page;
}

Result<EtcdWritten> decode_written(std::string_view answer) {
  const Result<Json> json = kube::parse_json(answer);
  if (!json || header_revision(*json) == 0) return broken();
  EtcdWritten written{true_member(*json, "succeeded"), header_revision(*json), std::nullopt, 0};
  const Json& responses = member(*json, "responses");
  if (!responses.is_array() || responses.empty()) return written;
  written.found = written.succeeded
                      ? first(member(member(responses.front(), "response_delete_range"), "prev_kvs"))
                      : first(member(member(responses.front(), "response_range"), "kvs"));
  if (!written.succeeded) written.taken = newest_of(responses);
  return written;
}

EtcdWatchLine decode_watch_line(std::string_view line) {
  EtcdWatchLine decoded;
  const Result<Json> json = kube::parse_json(line);
  if (!json || !member(*json, "result").is_object()) {
    decoded.failure = std::string(line.substr(0, 300));
    return decoded;
  }
  const Json& result = member(*json, "result");
  using Kind = EtcdWatchLine::Kind;
  decoded.revision = header_revision(result);
  if (true_member(result, "canceled")) {
    decoded.kind = Kind::Canceled;
    decoded.compacted = number(result, "compact_revision") > 0;
    decoded.failure = text_member(result, "cancel_reason");
    return decoded;
  }
  for (const Json& event : array_member(result, "events")) {
    decoded.events.push_back({key_value(member(event, "kv")), text_member(event, "type") == "DELETE"});
  }
  decoded.kind = true_member(result, "created") ? Kind::Created
                 : decoded.events.empty()       ? Kind::Progress
                                                : Kind::Events;
  return decoded;
}

Error decode_failure(int status, std::string_view answer) {
  const Result<Json> json = kube::parse_json(answer);
  const std::string message = json ? text_member(*json, "message") : std::string();
  const Json* code = json ? find_member(*json, "code") : nullptr;
  const int grpc = code != nullptr && code->is_number_integer() ? code->get<int>() : -1;
  if (grpc == kOutOfRange && message.find("compacted") != std::string::npos) return {Code::Gone, message};
  if (grpc == kOutOfRange) return {Code::Invalid, message};
  const bool is_too_large =
      (grpc == kInvalidArgument && message.find("too large") != std::string::npos) ||
      (grpc == kResourceExhausted && message.find("larger than max") != std::string::npos);
  if (is_too_large) {
    return {Code::Invalid, "the object is too large for etcd (its --max-request-bytes): " + message};
  }
  if (!message.empty()) return {Code::Unavailable, "etcd: " + message};
  const std::string_view words = trimmed(answer.substr(0, kShownWords), " \r\n");
  const std::string what = "etcd answered " + std::to_string(status);
  return {Code::Unavailable, words.empty() ? what : what + ": " + std::string(words)};
}

std::string end_of_prefix(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<unsigned char>(prefix.back());
    if (last < 0xffU) {
      prefix.back() = static_cast<char>(last + 1U);
      return prefix;
    }
    prefix.pop_back();
  }
  return std::string(1, '\0');  // all keys
}

}  // namespace cw::apiserver
