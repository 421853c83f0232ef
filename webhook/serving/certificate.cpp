#include "webhook/serving/certificate.h"

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/secret.h"

namespace cw::webhook {
namespace {

constexpr std::size_t kMaxFileBytes = 1UL << 20U;
constexpr std::chrono::seconds kLookEvery{2};

class FromFiles final : public ServingCertificate {
 public:
  FromFiles(CertificateFiles files, std::shared_ptr<http::TlsIdentity> identity)
      : files_(std::move(files)), identity_(std::move(identity)) {}

  Status refresh() override {
    const std::string certificate = TRY(read_file(files_.certificate, kMaxFileBytes));
    SecretBytes key(TRY(read_file(files_.private_key, kMaxFileBytes)));
    if (certificate == certificate_ && key.reveal() == key_.reveal()) return Done{};
    // Read between the two writes of whoever exchanges them: half of each. The next look has both.
    if (const Status replaced = identity_->replace(certificate, key.reveal()); !replaced) return replaced;
    certificate_ = certificate;
    key_ = std::move(key);
    log::info("serving certificate loaded", {{"file", files_.certificate}});
    return Done{};
  }
  std::chrono::seconds rest() const override { return kLookEvery; }
  std::vector<Followed> followed() const override { return {}; }
  Trust trust() const override { return Trust::Unknown; }
  std::string describe() const override { return "files " + files_.certificate + ", " + files_.private_key; }

 private:
  CertificateFiles files_;
  std::shared_ptr<http::TlsIdentity> identity_;
  std::string certificate_;
  SecretBytes key_;
};

}  // namespace

std::unique_ptr<ServingCertificate> certificate_from_files(CertificateFiles files,
                                                           std::shared_ptr<http::TlsIdentity> identity) {
  return std::make_unique<FromFiles>(std::move(files), std::move(identity));
}

}  // namespace cw::webhook
