#include "lib/http/acme_tls.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>
#include <vector>

#include <poll.h>

#include "lib/base/ascii.h"
#include "lib/http/socket.h"
#include "lib/http/tls_context.h"
#include "lib/http/tls_key_pair.h"
#include "lib/http/transport.h"

namespace cw::http {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kProtocols(
    "\x0a"
    "acme-tls/1");
constexpr std::chrono::milliseconds kTick{500};

const unsigned char* protocol_bytes() { return reinterpret_cast<const unsigned char*>(kProtocols.data()); }

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* selected = nullptr;
  const int found = SSL_select_next_proto(
      &selected, size, protocol_bytes(), static_cast<unsigned int>(kProtocols.size()), offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = selected;
  return SSL_TLSEXT_ERR_OK;
}

// choose_protocol is not asked when the client offers no protocol at all.
int require_protocol(SSL* session, int* alert, void*) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(session, TLSEXT_TYPE_application_layer_protocol_negotiation, &bytes, &size) ==
      1) {
    return SSL_CLIENT_HELLO_SUCCESS;
  }
  *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
  return SSL_CLIENT_HELLO_ERROR;
}

int choose_identity(SSL* session, int* alert, void* find) {
  *alert = SSL_AD_UNRECOGNIZED_NAME;
  const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  const auto identity = (*static_cast<const FindIdentity*>(find))(lower_case(name));
  const auto pair = identity ? identity->impl().current() : nullptr;
  if (!pair) return SSL_TLSEXT_ERR_ALERT_FATAL;
  const bool used = SSL_use_certificate(session, pair->chain.front().get()) == 1 &&
                    SSL_use_PrivateKey(session, pair->key.get()) == 1;
  return used ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

struct Peer {
  Transport transport;
  Deadline deadline;
  short awaits = POLLIN;
};

// False: it has ended.
bool advance(Peer& peer) {
  const Transport::Outcome outcome = peer.transport.handshake();
  peer.awaits = awaited_event(outcome);
  if (outcome == Transport::Outcome::Done) peer.transport.finish_writing();
  return peer.awaits != 0;
}

}  // namespace

struct AcmeTlsServer::Impl {
  AcmeTlsOptions options;
  FindIdentity find;
  SslContextHandle context;
  Listener listener;
  Descriptor stopped;
  std::vector<Peer> peers;
  bool rests = false;  // descriptors are used up: for a moment nothing is accepted
  std::jthread thread;

  void serve();
  std::vector<pollfd> watched() const;
  void accept_waiting();
};

std::vector<pollfd> AcmeTlsServer::Impl::watched() const {
  // At the cap nothing is accepted: who waits is seen when another one has ended.
  const short listens = peers.size() < options.max_connections && !rests ? POLLIN : 0;
  std::vector<pollfd> all{{.fd = stopped.get(), .events = POLLIN, .revents = 0},
                          {.fd = listener.socket.get(), .events = listens, .revents = 0}};
  for (const Peer& peer : peers) {
    all.push_back({.fd = peer.transport.fd(), .events = peer.awaits, .revents = 0});
  }
  return all;
}

void AcmeTlsServer::Impl::accept_waiting() {
  while (peers.size() < options.max_connections) {
    Accepted accepted = accept_from(listener.socket);
    rests = accepted.outcome == Accepted::Outcome::Shortage;
    if (!accepted.socket.is_open()) return;
    SslHandle session(SSL_new(context.get()));
    if (!session) return;
    SSL_set_accept_state(session.get());
    peers.push_back({.transport = Transport(std::move(accepted.socket), std::move(session)),
                     .deadline = steady_clock::now() + options.patience});
  }
}

void AcmeTlsServer::Impl::serve() {
  for (;;) {
    std::vector<pollfd> ready = watched();
    static_cast<void>(::poll(ready.data(), ready.size(), static_cast<int>(kTick.count())));
    if (ready[0].revents != 0) return;
    rests = false;
    const auto now = steady_clock::now();
    std::vector<Peer> left;
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (now >= peers[i].deadline) continue;
      if (ready[i + 2].revents == 0 || advance(peers[i])) left.push_back(std::move(peers[i]));
    }
    peers = std::move(left);
    if (ready[1].revents != 0) accept_waiting();
  }
}

AcmeTlsServer::AcmeTlsServer(AcmeTlsOptions options, FindIdentity find) : impl_(new Impl) {
  impl_->options = std::move(options);
  impl_->find = std::move(find);
}

AcmeTlsServer::~AcmeTlsServer() { stop(); }

Result<int> AcmeTlsServer::start() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // OpenSSL writes with write(2)
  impl_->context = new_tls_context(TLS_server_method());
  if (!impl_->context) return Error{Code::Internal, "out of memory"};
  SSL_CTX* context = impl_->context.get();
  SSL_CTX_set_client_hello_cb(context, require_protocol, nullptr);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_tlsext_servername_callback(context, choose_identity);
  SSL_CTX_set_tlsext_servername_arg(context, &impl_->find);
  impl_->stopped = TRY(make_event());
  impl_->listener = TRY(listen_on(impl_->options.address, impl_->options.port));
  impl_->thread = std::jthread([this] { impl_->serve(); });
  return impl_->listener.port;
}

void AcmeTlsServer::stop() {
  if (!impl_->thread.joinable()) return;
  raise_event(impl_->stopped);
  impl_->thread.join();
  impl_->peers.clear();
  impl_->listener = Listener();
}

namespace {

Result<std::string> leaf_of(const SSL& session) {
  const unsigned char* protocol = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(&session, &protocol, &size);
  if (size == 0) return Error{Code::Unavailable, "the server does not speak acme-tls/1"};
  const X509Handle leaf(SSL_get1_peer_certificate(&session));
  unsigned char* der = nullptr;
  const int length = leaf ? i2d_X509(leaf.get(), &der) : -1;
  if (length < 0) return Error{Code::Unavailable, "the server shows no certificate"};
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

Result<std::string> ask_acme_tls(const AcmeTlsQuestion& question) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const Deadline deadline = steady_clock::now() + question.timeout;
  const SslContextHandle context = new_tls_context(TLS_client_method());
  SslHandle session(context ? SSL_new(context.get()) : nullptr);
  if (!session) return Error{Code::Internal, "out of memory"};
  SSL_set_connect_state(session.get());
  SSL_set_alpn_protos(session.get(), protocol_bytes(), static_cast<unsigned int>(kProtocols.size()));
  SSL_set_tlsext_host_name(session.get(), question.server_name.c_str());
  const std::string where = question.address + ":" + std::to_string(question.port) + ": ";
  Transport transport(TRY(connect_to(question.address, question.port, deadline, -1)), std::move(session));
  for (;;) {
    const Transport::Outcome outcome = transport.handshake();
    if (outcome == Transport::Outcome::Done) break;
    if (outcome == Transport::Outcome::Closed) {
      return Error{Code::Unavailable, where + describe_tls_failure(transport.tls())};
    }
    if (wait_for(transport.fd(), awaited_event(outcome), deadline, -1) != Wake::Ready) {
      return Error{Code::Unavailable, where + "timed out"};
    }
  }
  return leaf_of(*transport.tls());
}

}  // namespace cw::http
