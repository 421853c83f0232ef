#include "lib/http/tls_identity.h"

#include <ctime>
#include <limits>

#include "lib/http/tls_key_pair.h"

namespace cw::http {
namespace {

constexpr std::size_t kMaxPemBytes = 4UL << 20U;
constexpr std::size_t kMaxCertificates = 2000;  // a CA bundle of a whole system has some hundred

Result<BioHandle> open_pem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error{Code::Invalid, "PEM text is larger than 4 MiB"};
  BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return Error{Code::Internal, "out of memory"};
  return bio;
}

// Never asks on the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return -1; }

Result<KeyHandle> parse_key(std::string_view pem) {
  const BioHandle bio = TRY(open_pem(pem));
  ERR_clear_error();
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (!key) return Error{Code::Invalid, "private key: not a PEM private key without password"};
  return key;
}

}  // namespace

Result<std::vector<X509Handle>> parse_certificates(std::string_view pem) {
  const BioHandle bio = TRY(open_pem(pem));
  std::vector<X509Handle> certificates;
  ERR_clear_error();
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)) {
    certificates.emplace_back(next);
    if (certificates.size() > kMaxCertificates) return Error{Code::Invalid, "too many certificates"};
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) {
    return Error{Code::Invalid, "certificate " + std::to_string(certificates.size() + 1) + " does not parse"};
  }
  if (certificates.empty()) return Error{Code::Invalid, "no certificate found in the PEM text"};
  return certificates;
}

Status use_key_pair(SSL_CTX& context, const KeyPair& pair) {
  ERR_clear_error();
  bool good = SSL_CTX_use_certificate(&context, pair.chain.front().get()) == 1 &&
              SSL_CTX_use_PrivateKey(&context, pair.key.get()) == 1 &&
              SSL_CTX_check_private_key(&context) == 1;
  for (std::size_t i = 1; good && i < pair.chain.size(); ++i) {
    good = SSL_CTX_add1_chain_cert(&context, pair.chain[i].get()) == 1;
  }
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  if (good) return Done{};
  return Error{Code::Invalid, std::string("certificate and private key cannot be used together: ") +
                                  (reason ? reason : "?")};
}

Result<std::shared_ptr<const KeyPair>> parse_key_pair(std::string_view chain_pem, std::string_view key_pem) {
  auto pair = std::make_shared<KeyPair>();
  pair->chain = TRY(parse_certificates(chain_pem));
  pair->key = TRY(parse_key(key_pem));
  const SslContextHandle trial(SSL_CTX_new(TLS_method()));
  if (!trial) return Error{Code::Internal, "out of memory"};
  TRY(use_key_pair(*trial, *pair));
  return std::shared_ptr<const KeyPair>(std::move(pair));
}

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::from_pem(std::string_view certificate_chain,
                                                           std::string_view private_key) {
  auto identity = empty();
  TRY(identity->replace(certificate_chain, private_key));
  return identity;
}

std::shared_ptr<TlsIdentity> TlsIdentity::empty() {
  return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::make_shared<Impl>()));
}

Status TlsIdentity::replace(std::string_view certificate_chain, std::string_view private_key) {
  auto pair = TRY(parse_key_pair(certificate_chain, private_key));
  const std::lock_guard lock(impl_->mutex);
  impl_->pair = std::move(pair);
  impl_->version.fetch_add(1);
  return Done{};
}

bool TlsIdentity::has_certificate() const { return impl_->current() != nullptr; }

std::optional<TimePoint> TlsIdentity::not_after() const {
  const auto pair = impl_->current();
  std::tm time{};
  if (!pair || ASN1_TIME_to_tm(X509_get0_notAfter(pair->chain.front().get()), &time) != 1)
    return std::nullopt;
  return TimePoint(std::chrono::seconds(timegm(&time)));
}

}  // namespace cw::http
