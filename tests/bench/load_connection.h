// LoadConnection: one TLS connection to a server on loopback that asks the same request again and again, and
// never waits: advance() goes as far as the socket allows. Not verified: the server is the one that the bench
// started. Owned by one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "lib/http/chunk_decoder.h"

namespace cw::bench {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

// POST of that JSON body, kept alive.
std::string make_request(const std::string& path, const std::string& body);
Context make_context();

class LoadConnection {
 public:
  // Answered: an answer 2xx is complete. Failed: anything else.
  enum class Step : std::uint8_t { WantRead, WantWrite, Answered, Failed };
  enum class Mode : std::uint8_t { Waiting, NonBlocking };

  // The request must outlive it.
  LoadConnection(SSL_CTX&, std::string_view request);
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;
  ~LoadConnection();

  // Connects and shakes hands; false if that fails.
  bool open(int port, Mode);
  void begin();
  // Asks something else from now on; it must outlive the answer.
  void begin(std::string_view request);
  // What comes of a body is handed to it and not kept.
  void listen(std::function<void(std::string_view)> listener) { listener_ = std::move(listener); }
  Step advance();
  int fd() const { return fd_; }
  std::chrono::steady_clock::time_point begun_at() const { return begun_; }

 private:
  Step outcome_of(int returned) const;
  Step take(std::string_view bytes);
  bool take_head();
  Step take_chunks(std::string_view bytes);

  std::string_view request_;
  std::unique_ptr<SSL, FreeSession> session_;
  int fd_ = -1;
  std::size_t sent_ = 0;
  std::string head_;
  std::size_t body_left_ = 0;
  std::optional<http::ChunkDecoder> chunks_;  // of an answer without a length
  std::function<void(std::string_view)> listener_;
  bool in_body_ = false;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace cw::bench
