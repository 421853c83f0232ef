#include "lib/http/client_exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include <httplib.h>
#include <poll.h>

#include "lib/http/header_lookup.h"
#include "lib/http/tls_context.h"

namespace cw::http {
namespace {

constexpr std::size_t kMaxStatusLine = 1024;   // behind it waits a regular expression that recurses
constexpr std::size_t kMaxHead = 64UL << 10U;  // status line and headers, and chunk sizes between two pieces
constexpr std::size_t kReadSize = 16UL << 10U;

// The request out, the answer in. Has the virtual functions of all releases of cpp-httplib, hence none says
// override.
class WireStream final : public httplib::Stream {
 public:
  WireStream(Transport& transport, const ExchangeLimits& limits, ExchangeOutcome& outcome)
      : transport_(transport), deadline_(limits.deadline), interrupt_(limits.interrupt), outcome_(outcome) {}

  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }
  socket_t socket() const { return 0; }
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}

  ssize_t write(const char* from, size_t size) {
    outgoing_.append(from, size);
    return static_cast<ssize_t>(size);
  }

  ssize_t read(char* to, size_t size) {
    if (!outgoing_.empty() && !flush()) return -1;
    if (unread_.empty()) {
      const ssize_t got = receive();
      if (got <= 0) return got;
    }
    const std::size_t count = std::min(size, unread_.size());
    if (!is_within_limits(unread_.substr(0, count))) return fail("the head of the answer is too large");
    std::copy_n(unread_.data(), count, to);
    unread_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }

  // The head is done, or a piece of the body has been taken: the count of what is no body begins anew.
  void begin_body() {
    in_status_line_ = false;
    overhead_ = 0;
  }
  void wait_forever() { deadline_ = Deadline::max(); }
  bool is_drained() const { return unread_.empty() && !transport_.has_buffered_input(); }

 private:
  ssize_t fail(std::string why) {
    if (outcome_.failure.empty()) outcome_.failure = std::move(why);
    return -1;
  }

  bool flush() {
    const std::string request = std::exchange(outgoing_, {});
    if (!write_all(transport_, request, deadline_, interrupt_)) {
      fail("the request could not be sent");
      return false;
    }
    outcome_.request_sent = true;
    return true;
  }

  ssize_t receive() {
    for (;;) {
      const Transport::Transfer got = transport_.read(buffer_);
      if (got.outcome == Transport::Outcome::Done) {
        outcome_.answer_begun = true;
        unread_ = {buffer_.data(), got.bytes};
        return static_cast<ssize_t>(got.bytes);
      }
      if (got.outcome == Transport::Outcome::Closed) {
        fail("the server ended the connection: " + describe_tls_failure(transport_.tls()));
        return 0;
      }
      switch (wait_for(transport_.fd(), awaited_event(got.outcome), deadline_, interrupt_)) {
        case Wake::Ready:
          continue;
        case Wake::TimedOut:
          return fail("timed out waiting for the answer");
        case Wake::Interrupted:
          return fail("stopped");
      }
    }
  }

  bool is_within_limits(std::string_view bytes) {
    overhead_ += bytes.size();
    if (in_status_line_) in_status_line_ = bytes.find('\n') == std::string_view::npos;
    return overhead_ <= (in_status_line_ ? kMaxStatusLine : kMaxHead);
  }

  Transport& transport_;
  Deadline deadline_;
  const int interrupt_;
  ExchangeOutcome& outcome_;
  std::string outgoing_;
  std::array<char, kReadSize> buffer_{};
  std::string_view unread_;  // part of buffer_
  std::size_t overhead_ = 0;
  bool in_status_line_ = true;
};

class Speaker final : public httplib::ClientImpl {
 public:
  explicit Speaker(const std::string& host) : ClientImpl(host, 80) {
    set_decompress(false);
    keep_target_as_is(*this);
  }

  bool speak(httplib::Stream& stream, httplib::Request& request, httplib::Response& response) {
    httplib::Error error = httplib::Error::Success;
    return process_request(stream, request, response, false, error);
  }

 private:
  // The option was renamed; S is Speaker, dependent so that only the function that exists is compiled.
  template <typename S>
  static void keep_target_as_is(S& self) {
    if constexpr (requires { self.set_url_encode(false); }) {
      self.set_url_encode(false);
    } else {
      self.set_path_encode(false);
    }
  }
};

httplib::Request make_request(const std::string& host, const ClientRequest& asked) {
  httplib::Request request;
  request.method = asked.method;
  request.path = asked.target;
  request.body = asked.body;
  request.set_header("Host", host);
  for (const auto& [name, value] : asked.headers) request.set_header(name, value);
  if (!asked.content_type.empty()) request.set_header("Content-Type", asked.content_type);
  return request;
}

void take_head(const httplib::Response& answer, ClientResponse& response) {
  response.status = answer.status;
  response.headers.assign(answer.headers.begin(), answer.headers.end());
}

// RFC 9112 6.3: without a length the body ends with the connection.
bool has_length(const httplib::Request& request, const ClientResponse& response) {
  return request.method == "HEAD" || response.status == 204 || response.status == 304 ||
         !response.header("Content-Length").empty() || !response.header("Transfer-Encoding").empty();
}

// cpp-httplib takes trailer fields behind the last chunk (RFC 9112 7.1.2) for garbage. gRPC gateways send
// them with every refusal, and there the body is all that matters.
bool is_refusal_with_trailer(const ClientResponse& response) {
  return response.status >= 400 && !response.header("Trailer").empty();
}

}  // namespace

ExchangeOutcome exchange(Transport& transport, const std::string& host, const ClientRequest& asked,
                         const ExchangeLimits& limits, const BodyReceiver& receiver) {
  ExchangeOutcome outcome;
  WireStream stream(transport, limits, outcome);
  httplib::Request request = make_request(host, asked);
  httplib::Response answer;
  bool streamed = false;
  bool enough = false;
  request.response_handler = [&](const httplib::Response& head) {
    take_head(head, outcome.response);
    stream.begin_body();
    streamed = receiver && head.status == 200;
    if (streamed) stream.wait_forever();
    return true;
  };
  request.content_receiver = [&](const char* bytes, std::size_t size, auto&&...) {
    stream.begin_body();
    if (streamed) return !(enough = !receiver({bytes, size}));
    if (size > limits.max_body - outcome.response.body.size()) {
      outcome.failure = "the answer is larger than " + std::to_string(limits.max_body) + " bytes";
      return false;
    }
    outcome.response.body.append(bytes, size);
    return true;
  };
  bool complete = false;
  try {
    complete = Speaker(host).speak(stream, request, answer);
  } catch (const std::exception&) {
    outcome.failure = "the answer is not HTTP";
  }
  if (enough) {
    outcome.end = ExchangeOutcome::End::Enough;
  } else if (complete) {
    outcome.end = ExchangeOutcome::End::Complete;
    take_head(answer, outcome.response);
    outcome.reusable = answer.version == "HTTP/1.1" && has_length(request, outcome.response) &&
                       !equals_ignoring_case(outcome.response.header("Connection"), "close") &&
                       stream.is_drained();
  } else if (outcome.failure.empty() && is_refusal_with_trailer(outcome.response)) {
    outcome.end = ExchangeOutcome::End::Complete;
  } else if (outcome.failure.empty()) {
    outcome.failure = "the answer is not HTTP";
  }
  return outcome;
}

}  // namespace cw::http
