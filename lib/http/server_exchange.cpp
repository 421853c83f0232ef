#include "lib/http/server_exchange.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <httplib.h>

#include "lib/base/log.h"
#include "lib/http/url.h"

namespace cw::http {
namespace {

constexpr time_t kForever = 3600;  // never waited for: the connection's own deadlines are elsewhere

// The head in, the answer out: gathered to be sent in one piece, unless it is streamed. Has the virtual
// functions of all releases of cpp-httplib, hence none says override.
class HeadStream final : public httplib::Stream {
 public:
  HeadStream(std::string_view head, AnswerSink& sink) : head_(head), sink_(sink) {}

  bool is_readable() const { return !head_.empty(); }
  bool is_writable() const { return true; }
  bool wait_readable() const { return !head_.empty(); }
  bool wait_writable() const { return sink_.is_open(); }
  time_t duration() const { return 0; }
  socket_t socket() const { return 0; }  // only compared with FD_SETSIZE
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}

  ssize_t read(char* to, size_t size) {
    const std::size_t count = std::min(size, head_.size());
    std::copy_n(head_.data(), count, to);
    head_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* from, size_t size) {
    pending_.append(from, size);
    if (!streamed_) return static_cast<ssize_t>(size);
    return flush() ? static_cast<ssize_t>(size) : -1;
  }

  void send_at_once() { streamed_ = true; }

  bool flush() {
    const bool sent = pending_.empty() || sink_.send(pending_);
    pending_.clear();
    return sent;
  }

 private:
  std::string_view head_;
  AnswerSink& sink_;
  std::string pending_;
  bool streamed_ = false;
};

// A place among the streams of the server, or none if there are too many.
class StreamPlace {
 public:
  StreamPlace(std::atomic<std::size_t>& count, std::size_t limit) : count_(count) {
    granted_ = count_.fetch_add(1) < limit;
  }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;
  ~StreamPlace() { count_.fetch_sub(1); }
  bool granted() const { return granted_; }

 private:
  std::atomic<std::size_t>& count_;
  bool granted_ = false;
};

Request take_request(httplib::Request& parsed, FramedRequest& framed) {
  Request request{.method = parsed.method,
                  .path = parsed.path,
                  .target = parsed.target,
                  .query = query_of(parsed.target),
                  .body = std::move(framed.body),
                  .peer = *framed.peer,
                  .address = std::string(framed.address),
                  .headers = {}};
  request.headers.reserve(parsed.headers.size());
  for (auto& [name, value] : parsed.headers) {
    // Four notes that cpp-httplib adds by itself; the frame lets none of the name through.
    const bool noted = name.ends_with("_ADDR") || name.ends_with("_PORT");
    if (!noted) request.headers.emplace_back(name, std::move(value));
  }
  return request;
}

}  // namespace

class ServerExchange::Parser : public httplib::Server {
 public:
  explicit Parser(ExchangeSettings& settings) : settings_(settings) {
    svr_sock_ = 0;  // cpp-httplib ends streams while it believes that it does not listen
    set_keep_alive_max_count(kForever);
    set_keep_alive_timeout(kForever);
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      respond(response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler(
        [](const httplib::Request&, httplib::Response& response) { response.headers.erase("Keep-Alive"); });
    set_error_handler(HandlerWithResponse([this](const httplib::Request&, httplib::Response& response) {
      if (!handled_) fill(response, error_response(response.status, "malformed request"));
      return HandlerResponse::Handled;
    }));
  }

  bool run(FramedRequest framed, AnswerSink& sink) {
    HeadStream stream(framed.head, sink);
    stream_ = &stream;
    sink_ = &sink;
    handled_ = false;
    cut_off_ = false;
    const bool close = framed.after == FramedRequest::After::Close;
    bool closed = close;
    const bool written = parse(*this, stream, close, closed, [&](httplib::Request& parsed) {
      request_ = take_request(parsed, framed);
      parsed.ranges.clear();
      parsed.headers.erase("Accept-Encoding");  // who compresses is the handler, not cpp-httplib
    });
    const bool sent = stream.flush();
    // Not by assignment: that would keep the memory of a large body for as long as the thread lives.
    Request done;
    std::swap(request_, done);
    return written && sent && !closed && !cut_off_;
  }

  Response error_response(int status, std::string_view message) const {
    if (settings_.error_body) {
      Response response = settings_.error_body(status, message);
      response.status = status;
      return response;
    }
    return {.status = status, .content_type = "text/plain", .body = std::string(message) + "\n"};
  }

 private:
  // The signature of process_request differs between releases; S is Parser, dependent so that only the one
  // that exists is compiled.
  template <typename S, typename Setup>
  static bool parse(S& self, HeadStream& stream, bool close, bool& closed, const Setup& setup) {
    if constexpr (requires { self.process_request(stream, close, closed, setup); }) {
      return self.process_request(stream, close, closed, setup);
    } else {
      return self.process_request(stream, "", 0, "", 0, close, closed, setup, nullptr);
    }
  }

  Response handle() const {
    try {
      return settings_.handler(request_);
    } catch (const std::exception& problem) {
      log::error("a request handler threw", {{"path", request_.path}, {"error", problem.what()}});
    } catch (...) {
      log::error("a request handler threw", {{"path", request_.path}});
    }
    return error_response(500, "internal error");
  }

  void respond(httplib::Response& response) {
    handled_ = true;
    Response answer = handle();
    if (!answer.stream) return fill(response, std::move(answer));
    auto place = std::make_shared<StreamPlace>(settings_.streams, settings_.max_streams);
    if (!place->granted()) {
      fill(response, error_response(429, "too many streams are open"));
      response.set_header("Retry-After", "1");
      return;
    }
    start_stream(response, std::move(answer), std::move(place));
  }

  void start_stream(httplib::Response& response, Response answer, std::shared_ptr<StreamPlace> place) {
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    stream_->send_at_once();
    response.set_chunked_content_provider(
        answer.content_type, [this, run = std::move(answer.stream), held = std::move(place)](
                                 std::size_t, httplib::DataSink& sink) { return stream_out(run, sink); });
  }

  bool stream_out(const std::function<void(const StreamWriter&)>& run, httplib::DataSink& sink) {
    const StreamWriter writer = [&](std::string_view piece) {
      if (settings_.draining.load() || !sink_->is_open()) return false;
      return piece.empty() || sink.write(piece.data(), piece.size());
    };
    try {
      run(writer);
    } catch (const std::exception& problem) {
      log::error("a stream threw", {{"path", request_.path}, {"error", problem.what()}});
      cut_off_ = true;  // without the last chunk the peer sees that the body is not whole
      return false;
    }
    sink.done();
    return true;
  }

  static void fill(httplib::Response& response, Response answer) {
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    if (answer.body.empty()) return;
    if (!answer.content_type.empty()) {
      response.headers.erase("Content-Type");
      response.set_header("Content-Type", answer.content_type);
    }
    response.body = std::move(answer.body);
  }

  ExchangeSettings& settings_;
  Request request_;
  HeadStream* stream_ = nullptr;
  AnswerSink* sink_ = nullptr;
  bool handled_ = false;
  bool cut_off_ = false;
};

ServerExchange::ServerExchange(ExchangeSettings& settings) : parser_(std::make_unique<Parser>(settings)) {}
ServerExchange::~ServerExchange() = default;

bool ServerExchange::answer(FramedRequest request, AnswerSink& sink) {
  return parser_->run(std::move(request), sink);
}

std::string ServerExchange::refusal(int status, std::string_view message) {
  const Response answer = parser_->error_response(status, message);
  std::string text = "HTTP/1.1 " + std::to_string(status) +
                     " Refused\r\nConnection: close\r\nContent-Type: " + answer.content_type +
                     "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n";
  for (const auto& [name, value] : answer.headers)
    text.append(name).append(": ").append(value).append("\r\n");
  return text + "\r\n" + answer.body;
}

}  // namespace cw::http
