#include "lib/http/tls_context.h"

#include <array>

#include <arpa/inet.h>

#include "lib/base/encoding.h"
#include "lib/base/log.h"
#include "lib/http/tls_key_pair.h"

namespace cw::http {
namespace {

constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kAlpn("\x08http/1.1");

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int choose_alpn(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  unsigned char* selected = nullptr;
  const int found = SSL_select_next_proto(&selected, size, unsigned_bytes(kAlpn),
                                          static_cast<unsigned int>(kAlpn.size()), offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 3.2
  *chosen = selected;
  return SSL_TLSEXT_ERR_OK;
}

Result<X509StoreHandle> make_store(std::string_view ca_pem) {
  const std::vector<X509Handle> certificates = TRY(parse_certificates(ca_pem));
  X509StoreHandle store(X509_STORE_new());
  for (const X509Handle& certificate : certificates) {
    if (!store || X509_STORE_add_cert(store.get(), certificate.get()) != 1) {
      ERR_clear_error();
      return Error{Code::Invalid, "CA certificate cannot be used"};
    }
  }
  return store;
}

// Kubernetes answers 401 to a certificate of an unknown CA, so the handshake goes on; the verdict stays
// readable with SSL_get_verify_result.
int accept_any_client(int, X509_STORE_CTX*) { return 1; }

std::optional<std::string> utf8_of(const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, text);
  if (size < 0) return std::nullopt;
  std::string copy(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  // "admin\0.example": what looks at the name as a C string would see another one.
  if (copy.find('\0') != std::string::npos) return std::nullopt;
  return copy;
}

bool read_subject(const X509& certificate, PeerIdentity& identity) {
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    const int kind = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    if (kind != NID_commonName && kind != NID_organizationName) continue;
    auto value = utf8_of(X509_NAME_ENTRY_get_data(entry));
    if (!value) return false;
    if (kind == NID_commonName) {
      identity.common_name = *std::move(value);  // of several, the last counts, as in Go
    } else {
      identity.organizations.push_back(*std::move(value));
    }
  }
  return true;
}

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, 32> digest{};
  unsigned length = digest.size();
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &length) != 1) return {};
  return encode_hex({reinterpret_cast<const char*>(digest.data()), length});
}

bool read_dns_names(const X509& certificate, PeerIdentity& identity) {
  const std::unique_ptr<GENERAL_NAMES, OpensslDeleter<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    auto value = utf8_of(name->d.dNSName);
    if (!value) return false;
    identity.dns_names.push_back(*std::move(value));
  }
  return true;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return ::inet_pton(AF_INET, host.c_str(), parsed.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), parsed.data()) == 1;
}

Status trust(SSL_CTX& context, const std::string& ca_pem) {
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(&context);
    return Done{};
  }
  X509StoreHandle store = TRY(make_store(ca_pem));
  SSL_CTX_set_cert_store(&context, store.release());
  return Done{};
}

}  // namespace

SslContextHandle new_tls_context(const SSL_METHOD* method) {
  SslContextHandle context(SSL_CTX_new(method));
  if (!context) return context;
  SSL_CTX* raw = context.get();
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, kCiphers);
  // Idle connections keep no buffers; one system call fetches a whole record.
  SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);
  return context;
}

Result<std::unique_ptr<ServerTls>> ServerTls::create(std::shared_ptr<const TlsIdentity> identity,
                                                     ClientVerification clients) {
  std::unique_ptr<ServerTls> tls(new ServerTls(std::move(identity), std::move(clients)));
  tls->built_version_ = tls->identity_->impl().version.load();
  tls->context_ = TRY(tls->build_context());
  return tls;
}

Status ServerTls::verify_clients(SSL_CTX& context) const {
  if (clients_.ca_pem.empty()) return Done{};
  const std::vector<X509Handle> accepted = TRY(parse_certificates(clients_.ca_pem));
  for (const X509Handle& certificate : accepted) SSL_CTX_add_client_CA(&context, certificate.get());
  TRY(trust(context, clients_.ca_pem));
  if (clients_.policy == ClientVerification::Policy::Required) {
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  } else {
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, accept_any_client);
  }
  return Done{};
}

Result<SslContextHandle> ServerTls::build_context() const {
  SslContextHandle context = new_tls_context(TLS_server_method());
  if (!context) return Error{Code::Internal, "out of memory"};
  SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, nullptr);
  if (identity_->minimum_version == TlsVersion::Tls13) {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  }
  std::string suites;
  for (const std::string& suite : identity_->cipher_suites) suites += (suites.empty() ? "" : ":") + suite;
  if (!suites.empty() && SSL_CTX_set_cipher_list(context.get(), suites.c_str()) != 1) {
    ERR_clear_error();
    return Error{Code::Invalid, "no usable cipher suite in " + suites};
  }
  TRY(verify_clients(*context));
  if (const auto pair = identity_->impl().current()) TRY(use_key_pair(*context, *pair));
  return context;
}

void ServerTls::refresh() {
  const std::uint64_t wanted = identity_->impl().version.load();
  if (wanted == built_version_) return;
  built_version_ = wanted;
  auto rebuilt = build_context();
  if (!rebuilt) {
    log::error("the new serving certificate is not usable; the old one stays",
               {{"error", rebuilt.error().message}});
    return;
  }
  context_ = *std::move(rebuilt);
}

SslHandle ServerTls::new_session() {
  const std::lock_guard lock(mutex_);
  refresh();
  SslHandle session(SSL_new(context_.get()));
  if (session) SSL_set_accept_state(session.get());
  return session;
}

std::optional<PeerIdentity> verified_peer(const SSL& session) {
  const X509Handle certificate(SSL_get1_peer_certificate(&session));
  if (!certificate || SSL_get_verify_result(&session) != X509_V_OK) return std::nullopt;
  PeerIdentity identity;
  if (!read_subject(*certificate, identity) || !read_dns_names(*certificate, identity)) return std::nullopt;
  identity.fingerprint = fingerprint_of(*certificate);
  return identity;
}

Result<std::unique_ptr<ClientTls>> ClientTls::create(const ClientTlsSettings& settings) {
  SslContextHandle context = new_tls_context(TLS_client_method());
  if (!context) return Error{Code::Internal, "out of memory"};
  SSL_CTX_set_alpn_protos(context.get(), unsigned_bytes(kAlpn), static_cast<unsigned int>(kAlpn.size()));
  if (settings.verify == ClientTlsSettings::Verify::Server) {
    TRY(trust(*context, settings.ca_pem));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  if (!settings.certificate_pem.empty()) {
    const auto pair = TRY(parse_key_pair(settings.certificate_pem, settings.private_key_pem));
    TRY(use_key_pair(*context, *pair));
  }
  return std::unique_ptr<ClientTls>(new ClientTls(std::move(context), settings.verify));
}

SslHandle ClientTls::new_session(const std::string& server_name) const {
  SslHandle session(SSL_new(context_.get()));
  if (!session) return session;
  SSL_set_connect_state(session.get());
  X509_VERIFY_PARAM* expected = SSL_get0_param(session.get());
  if (is_address(server_name)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, server_name.c_str());
  } else {
    SSL_set_tlsext_host_name(session.get(), server_name.c_str());
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(expected, server_name.c_str(), server_name.size());
  }
  return session;
}

std::string describe_tls_failure(const SSL* session) {
  const bool verifies = session != nullptr && SSL_get_verify_mode(session) != SSL_VERIFY_NONE;
  const long verdict = verifies ? SSL_get_verify_result(session) : X509_V_OK;
  if (verdict != X509_V_OK) {
    return std::string("certificate not accepted: ") + X509_verify_cert_error_string(verdict);
  }
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "connection closed";
}

}  // namespace cw::http
