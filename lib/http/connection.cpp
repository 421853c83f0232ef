#include "lib/http/connection.h"

#include <array>
#include <utility>

#include "lib/base/log.h"
#include "lib/http/tls_context.h"

namespace cw::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kReadSize = 16UL << 10U;  // one TLS record
// After a refusal the rest of the request is read and dropped for a while: closing with unread input makes
// the kernel send a reset, which can overtake the answer.
constexpr milliseconds kLinger{2000};
constexpr milliseconds kHandshakeGrace{1000};
constexpr std::size_t kMaxDiscarded = 16UL << 20U;
// As much is granted to each connection, however much the others have half sent.
constexpr std::size_t kAlwaysGranted = 64UL << 10U;
constexpr std::size_t kBytesPerMillisecond = 64;  // a peer that takes an answer more slowly is given up

// An assignment of an empty string would keep the memory.
void give_up(std::string& text) { std::string().swap(text); }

}  // namespace

Connection::Connection(Transport transport, ConnectionSettings& settings)
    : settings_(settings),
      transport_(std::move(transport)),
      deadline_(steady_clock::now() + settings.read_timeout),
      frame_(settings.frame) {}

Connection::~Connection() {
  settle_account(0);
  if (says_farewell_) transport_.finish_writing();
}

bool Connection::is_dispensable() const {
  if (phase_ != Phase::Handshake) return is_idle() || phase_ == Phase::Lingering;
  return steady_clock::now() > deadline_ - settings_.read_timeout + kHandshakeGrace;
}

void Connection::begin_phase(Phase phase, milliseconds patience) {
  phase_ = phase;
  deadline_ = steady_clock::now() + patience;
}

Connection::Waits Connection::advance(ServerExchange& exchange, const std::atomic<bool>& draining) {
  if (phase_ == Phase::Handshake) {
    const Waits waits = shake_hands();
    if (phase_ == Phase::Handshake) return waits;
  }
  return phase_ == Phase::Open ? serve(exchange, draining) : discard_input();
}

Connection::Waits Connection::shake_hands() {
  switch (transport_.handshake()) {
    case Transport::Outcome::WantRead:
      return Waits::ForInput;
    case Transport::Outcome::WantWrite:
      return Waits::ForOutput;
    case Transport::Outcome::Closed:
      log::debug("TLS handshake failed", {{"reason", describe_tls_failure(transport_.tls())}});
      return Waits::Ended;
    case Transport::Outcome::Done:
      break;
  }
  if (transport_.tls() != nullptr) peer_ = verified_peer(*transport_.tls());
  begin_phase(Phase::Open, settings_.idle_timeout);
  return Waits::ForInput;
}

Connection::Waits Connection::serve(ServerExchange& exchange, const std::atomic<bool>& draining) {
  for (;;) {
    const Transport::Outcome outcome = receive();
    if (!is_granted_) return refuse(exchange, 503, "too many requests are half sent");
    if (frame_.state() == RequestFrame::State::Refused) {
      return refuse(exchange, frame_.refusal_status(), frame_.refusal());
    }
    if (frame_.state() == RequestFrame::State::Complete) {
      if (!respond(exchange, draining)) return Waits::Ended;
      if (inbox_.empty() && !transport_.has_buffered_input()) return Waits::ForInput;
      continue;
    }
    return wait_after(outcome);
  }
}

Connection::Waits Connection::wait_after(Transport::Outcome outcome) const {
  // Who trickles fast enough is seldom parked when the deadlines are looked at.
  const bool late = frame_.has_begun() && steady_clock::now() >= deadline_;
  if (outcome == Transport::Outcome::Closed || late) return Waits::Ended;
  return outcome == Transport::Outcome::WantWrite ? Waits::ForOutput : Waits::ForInput;
}

// Reads until the request is complete or refused, or nothing more is there.
Transport::Outcome Connection::receive() {
  std::array<char, kReadSize> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): 16 KiB a request
  const auto wants_more = [this] {
    return frame_.state() == RequestFrame::State::Head || frame_.state() == RequestFrame::State::Body;
  };
  bool was_idle = !frame_.has_begun();
  inbox_.erase(0, frame_.feed(inbox_));
  if (inbox_.empty()) give_up(inbox_);
  while (wants_more() && settle_account(frame_.buffered())) {
    const Transport::Transfer got = transport_.read(chunk);
    if (got.outcome != Transport::Outcome::Done) return got.outcome;
    const std::string_view bytes(chunk.data(), got.bytes);
    inbox_.append(bytes.substr(frame_.feed(bytes)));
    if (was_idle && frame_.has_begun()) begin_phase(Phase::Open, settings_.read_timeout);
    was_idle = !frame_.has_begun();
    const bool asked = frame_.state() == RequestFrame::State::Body && frame_.expects_continue();
    if (asked && !std::exchange(told_to_continue_, true) && !send("HTTP/1.1 100 Continue\r\n\r\n")) {
      return Transport::Outcome::Closed;
    }
  }
  return Transport::Outcome::Done;
}

bool Connection::respond(ServerExchange& exchange, const std::atomic<bool>& draining) {
  const bool close = frame_.asks_to_close() || draining.load();
  if (address_.empty()) address_ = peer_address_of(transport_.fd());
  const bool open =
      exchange.answer({.head = frame_.head(),
                       .body = frame_.take_body(),
                       .peer = &peer_,
                       .address = address_,
                       .after = close ? FramedRequest::After::Close : FramedRequest::After::KeepOpen},
                      *this);
  begin_request();
  told_to_continue_ = false;
  // What was promised to stay open stays so while the server drains: a next request may be on its way.
  if (open) {
    begin_phase(Phase::Open, inbox_.empty() ? settings_.idle_timeout : settings_.read_timeout);
    return true;
  }
  says_farewell_ = true;
  return false;
}

Connection::Waits Connection::refuse(ServerExchange& exchange, int status, std::string_view message) {
  log::debug("request refused", {{"status", std::to_string(status)}, {"reason", std::string(message)}});
  if (!send(exchange.refusal(status, message))) return Waits::Ended;
  transport_.finish_writing();
  begin_request();
  give_up(inbox_);
  begin_phase(Phase::Lingering, kLinger);
  return discard_input();
}

// In the clear or not does not matter any more: only the socket has to be emptied.
Connection::Waits Connection::discard_input() {
  std::array<char, kReadSize> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (discarded_ < kMaxDiscarded) {
    const Transport::Transfer got = transport_.read(chunk);
    if (got.outcome == Transport::Outcome::Closed) return Waits::Ended;
    if (got.outcome != Transport::Outcome::Done) return Waits::ForInput;
    discarded_ += got.bytes;
  }
  return Waits::Ended;
}

void Connection::begin_request() {
  RequestFrame fresh(settings_.frame);
  std::swap(frame_, fresh);
  settle_account(0);
}

bool Connection::settle_account(std::size_t now) {
  const std::size_t total = settings_.buffered.fetch_add(now - accounted_) + now - accounted_;
  accounted_ = now;
  is_granted_ = now <= kAlwaysGranted || total <= settings_.max_buffered;
  return is_granted_;
}

bool Connection::send(std::string_view bytes) {
  const milliseconds patience = settings_.read_timeout + milliseconds(bytes.size() / kBytesPerMillisecond);
  return write_all(transport_, bytes, steady_clock::now() + patience, settings_.stop_event);
}

bool Connection::is_open() { return !transport_.is_peer_gone(); }

}  // namespace cw::http
