#include "webhook/serving_certificate.h"

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/time_text.h"

namespace cw::webhook {
namespace {

constexpr std::size_t kMaxFileBytes = 1UL << 20U;

class FromFiles final : public ServingCertificate {
 public:
  FromFiles(CertificateFiles files, std::shared_ptr<http::TlsIdentity> identity)
      : files_(std::move(files)), identity_(std::move(identity)) {}

  Status refresh() override {
    const std::string certificate = TRY(read_file(files_.certificate, kMaxFileBytes));
    SecretBytes key(TRY(read_file(files_.private_key, kMaxFileBytes)));
    if (certificate == certificate_ && key.reveal() == key_.reveal()) return Done{};
    if (const Status replaced = identity_->replace(certificate, key.reveal()); !replaced) return replaced;
    certificate_ = certificate;
    key_ = std::move(key);
    log::info("serving certificate loaded", {{"file", files_.certificate}});
    return Done{};
  }
  std::string describe() const override { return "files " + files_.certificate + ", " + files_.private_key; }

 private:
  CertificateFiles files_;
  std::shared_ptr<http::TlsIdentity> identity_;
  std::string certificate_;
  SecretBytes key_;
};

class FromAuthority final : public ServingCertificate {
 public:
  FromAuthority(DynamicCertificate options, ServingAuthority authority, pki::KeyMaker& keys,
                const Clock& clock, std::shared_ptr<http::TlsIdentity> identity)
      : options_(std::move(options)),
        authority_(std::move(authority)),
        keys_(keys),
        clock_(clock),
        identity_(std::move(identity)) {}

  Status refresh() override {
    const pki::KeyPair ca = TRY(authority_.ensure());
    const bool same_ca = ca_ && *ca_ == ca.certificate;
    if (same_ca && clock_.now() < renew_at_) return Done{};
    const pki::KeyPair leaf = TRY(pki::make_leaf(ca,
                                                 {.dns_names = options_.dns_names,
                                                  .lifetime = options_.lifetime,
                                                  .extended_key_usages = {std::string(pki::kServerAuthOid)}},
                                                 keys_, clock_.now()));
    const SecretBytes key = TRY(leaf.key_pem());
    if (const Status replaced = identity_->replace(leaf.certificate_pem(), key.reveal()); !replaced)
      return replaced;
    ca_ = ca.certificate;
    const auto lifetime = leaf.certificate.not_after() - leaf.certificate.not_before();
    renew_at_ = leaf.certificate.not_after() - lifetime / 3;
    log::info("serving certificate made", {{"until", format_time(leaf.certificate.not_after())}});
    return Done{};
  }
  std::string describe() const override { return authority_.describe(); }

 private:
  DynamicCertificate options_;
  ServingAuthority authority_;
  pki::KeyMaker& keys_;
  const Clock& clock_;
  std::shared_ptr<http::TlsIdentity> identity_;
  std::optional<pki::Certificate> ca_;
  TimePoint renew_at_;
};

}  // namespace

std::unique_ptr<ServingCertificate> certificate_from_files(CertificateFiles files,
                                                           std::shared_ptr<http::TlsIdentity> identity) {
  return std::make_unique<FromFiles>(std::move(files), std::move(identity));
}

std::unique_ptr<ServingCertificate> certificate_from_authority(DynamicCertificate options,
                                                               ServingAuthority authority,
                                                               pki::KeyMaker& keys, const Clock& clock,
                                                               std::shared_ptr<http::TlsIdentity> identity) {
  return std::make_unique<FromAuthority>(std::move(options), std::move(authority), keys, clock,
                                         std::move(identity));
}

}  // namespace cw::webhook
