// Connection: one accepted peer, from the TLS handshake to the end, as a state machine that never waits for
// input: advance() goes as far as the received bytes allow and then says for what it waits. Owned by one
// thread at a time; while it waits, by the ParkingLot.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "lib/http/request_frame.h"
#include "lib/http/server_exchange.h"
#include "lib/http/transport.h"

namespace cw::http {

// What all connections of a server have in common.
struct ConnectionSettings {
  FrameLimits frame;
  std::chrono::milliseconds read_timeout{};
  std::chrono::milliseconds idle_timeout{};
  std::size_t max_buffered = 0;          // bytes of unfinished requests of all connections; more is 503
  std::atomic<std::size_t> buffered{0};  // as it is now
  int stop_event = -1;                   // readable: give up writing
};

class Connection final : public AnswerSink {
 public:
  enum class Waits : std::uint8_t { ForInput, ForOutput, Ended };

  Connection(Transport, ConnectionSettings&);
  ~Connection() override;

  Waits advance(ServerExchange&, const std::atomic<bool>& draining);

  // When to give up on the peer, if it stays silent.
  Deadline deadline() const { return deadline_; }
  // Nothing of a request has come yet: may be closed without loss.
  bool is_idle() const { return phase_ == Phase::Open && !frame_.has_begun(); }
  // May be closed to make room: idle, refused, or not yet through its TLS handshake after a second.
  bool is_dispensable() const;
  int fd() const { return transport_.fd(); }

  bool send(std::string_view bytes) override;
  bool is_open() override;

 private:
  enum class Phase : std::uint8_t { Handshake, Open, Lingering };
  Waits shake_hands();
  Waits serve(ServerExchange&, const std::atomic<bool>& draining);
  Waits wait_after(Transport::Outcome) const;
  Waits discard_input();
  Waits refuse(ServerExchange&, int status, std::string_view message);
  Transport::Outcome receive();
  bool respond(ServerExchange&, const std::atomic<bool>& draining);
  void begin_request();
  bool settle_account(std::size_t now);
  void begin_phase(Phase, std::chrono::milliseconds patience);

  ConnectionSettings& settings_;
  Transport transport_;
  Phase phase_ = Phase::Handshake;
  Deadline deadline_;
  RequestFrame frame_;
  std::string inbox_;  // received, behind the current request
  std::optional<PeerIdentity> peer_;
  std::string address_;  // of the peer; empty until the first request
  bool told_to_continue_ = false;
  bool says_farewell_ = false;  // at its end: the last answer has been written
  std::size_t accounted_ = 0;   // my part of settings_.buffered
  bool is_granted_ = true;      // what is buffered
  std::size_t discarded_ = 0;
};

}  // namespace cw::http
