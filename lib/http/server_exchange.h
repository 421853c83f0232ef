// ServerExchange: cpp-httplib as parser of a request's head and writer of its answer, on bytes that the
// caller has received and framed. Knows no socket. One a thread (the object is not thread-safe, and is
// reused).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lib/http/server.h"

namespace cw::http {

// Where an answer goes. False: the peer is gone or too slow, or the server stops.
class AnswerSink {
 public:
  AnswerSink() = default;
  AnswerSink(const AnswerSink&) = delete;
  AnswerSink& operator=(const AnswerSink&) = delete;
  virtual ~AnswerSink() = default;
  virtual bool send(std::string_view bytes) = 0;
  virtual bool is_open() = 0;
};

// What all exchanges of a server have in common.
struct ExchangeSettings {
  Handler handler;
  std::function<Response(int status, std::string_view message)> error_body;
  std::size_t max_streams = 0;
  std::atomic<std::size_t> streams{0};
  std::atomic<bool> draining{false};
};

struct FramedRequest {
  std::string head;
  std::string body;
  const std::optional<PeerIdentity>* peer = nullptr;
  std::string_view address = {};
  enum class After : std::uint8_t { KeepOpen, Close } after = After::KeepOpen;
};

class ServerExchange {
 public:
  explicit ServerExchange(ExchangeSettings&);
  ServerExchange(const ServerExchange&) = delete;
  ServerExchange& operator=(const ServerExchange&) = delete;
  ~ServerExchange();

  // Runs the handler and sends its answer. False: the connection is of no more use.
  bool answer(FramedRequest, AnswerSink&);
  // The answer to a request that is not to reach the handler; always says "Connection: close".
  std::string refusal(int status, std::string_view message);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace cw::http
