#include "tests/bench/load_connection.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cw::bench {
namespace {

constexpr std::string_view kGood = "HTTP/1.1 2";
constexpr std::string_view kLength = "content-length: ";
constexpr std::string_view kChunked = "transfer-encoding: chunked";
constexpr std::size_t kMaxBody = std::size_t{1} << 32U;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// Of a whole head in lower case; false if there is none.
bool read_length(const std::string& head, std::size_t& length) {
  const std::size_t at = head.find(kLength);
  if (at == std::string::npos) return false;
  const char* const digits = head.data() + at + kLength.size();
  return std::from_chars(digits, head.data() + head.size(), length).ec == std::errc();
}

}  // namespace

std::string make_request(const std::string& path, const std::string& body) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

Context make_context() {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

LoadConnection::LoadConnection(SSL_CTX& context, std::string_view request)
    : request_(request), session_(SSL_new(&context)) {}

LoadConnection::~LoadConnection() {
  if (fd_ >= 0) ::close(fd_);
}

bool LoadConnection::open(int port, Mode mode) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SSL_set_fd(session_.get(), fd_);
  if (SSL_connect(session_.get()) != 1) return false;
  return mode == Mode::Waiting || ::fcntl(fd_, F_SETFL, O_NONBLOCK) == 0;
}

void LoadConnection::begin() {
  sent_ = 0;
  head_.clear();
  in_body_ = false;
  begun_ = std::chrono::steady_clock::now();
}

void LoadConnection::begin(std::string_view request) {
  request_ = request;
  begin();
}

LoadConnection::Step LoadConnection::outcome_of(int returned) const {
  switch (SSL_get_error(session_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return Step::WantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::WantWrite;
    default:
      return Step::Failed;
  }
}

LoadConnection::Step LoadConnection::advance() {
  ERR_clear_error();
  while (sent_ < request_.size()) {
    const int count =
        SSL_write(session_.get(), request_.data() + sent_, static_cast<int>(request_.size() - sent_));
    if (count <= 0) return outcome_of(count);
    sent_ += static_cast<std::size_t>(count);
  }
  std::array<char, 16384> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by SSL_read
  for (;;) {
    const int count = SSL_read(session_.get(), chunk.data(), static_cast<int>(chunk.size()));
    if (count <= 0) return outcome_of(count);
    const Step step = take({chunk.data(), static_cast<std::size_t>(count)});
    if (step != Step::WantRead) return step;
  }
}

bool LoadConnection::take_head() {
  if (!head_.starts_with(kGood)) return false;
  std::transform(head_.begin(), head_.end(), head_.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  chunks_.reset();
  if (head_.find(kChunked) != std::string::npos) chunks_.emplace(kMaxBody);
  in_body_ = true;
  return chunks_ || read_length(head_, body_left_);
}

LoadConnection::Step LoadConnection::take(std::string_view bytes) {
  if (!in_body_) {
    head_.append(bytes);
    const std::size_t end = head_.find(kHeadEnd);
    if (end == std::string::npos) return Step::WantRead;
    const std::size_t more = head_.size() - end - kHeadEnd.size();
    head_.resize(end + kHeadEnd.size());
    if (!take_head()) return Step::Failed;
    bytes.remove_prefix(bytes.size() - more);
  }
  if (chunks_) return take_chunks(bytes);
  if (bytes.size() > body_left_) return Step::Failed;
  if (listener_) listener_(bytes);
  body_left_ -= bytes.size();
  return body_left_ == 0 ? Step::Answered : Step::WantRead;
}

LoadConnection::Step LoadConnection::take_chunks(std::string_view bytes) {
  std::string body;
  const std::size_t used = chunks_->feed(bytes, body);
  if (listener_ && !body.empty()) listener_(body);
  if (chunks_->state() == http::ChunkDecoder::State::More) return Step::WantRead;
  const bool whole = chunks_->state() == http::ChunkDecoder::State::Complete && used == bytes.size();
  return whole ? Step::Answered : Step::Failed;
}

}  // namespace cw::bench
