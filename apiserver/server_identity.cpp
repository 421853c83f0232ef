#include "apiserver/server_identity.h"

#include "apiserver/identity.h"
#include "lib/base/encoding.h"

namespace cw::apiserver {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr pki::KeySpec kKey{pki::KeyAlgorithm::Ecdsa, 256};
constexpr seconds kCaLifetime = hours(10 * 365 * 24);
constexpr seconds kAdministratorLifetime = hours(365 * 24);

Status keep_ca(const DataDirectory& directory, const pki::KeyPair& ca) {
  const SecretBytes key = TRY(ca.key_pem());
  // The key first: a certificate without its key would look like damage.
  TRY(write_private_file(directory.file("ca.key"), key.reveal()));
  return write_private_file(directory.file("ca.crt"), ca.certificate_pem());
}

Result<pki::KeyPair> read_ca(const DataDirectory& directory, const std::string& certificate, TimePoint now) {
  const std::string path = directory.file("ca.crt");
  const std::string advice = "; remove ca.crt and ca.key to get a new one, and take the new kubeconfig";
  auto key = TRY(read_file_if_there(directory.file("ca.key")));
  if (!key) return Error{Code::Unavailable, path + " is there but not its ca.key" + advice};
  const SecretBytes secret(*std::move(key));
  Result<pki::KeyPair> ca = pki::parse_key_pair(certificate, secret.reveal());
  if (!ca) return Error{Code::Unavailable, path + ": " + ca.error().message + advice};
  if (ca->certificate.not_after() <= now) return Error{Code::Unavailable, path + " has expired" + advice};
  return ca;
}

Result<pki::KeyPair> find_or_make_ca(const DataDirectory* directory, pki::KeyMaker& keys, TimePoint now) {
  if (directory != nullptr) {
    const auto kept = TRY(read_file_if_there(directory->file("ca.crt")));
    if (kept) return read_ca(*directory, *kept, now);
  }
  const pki::CaOptions options{.common_name = "certwright-ca", .lifetime = kCaLifetime, .key = kKey};
  pki::KeyPair ca = TRY(pki::make_ca(options, keys, now));
  if (directory != nullptr) TRY(keep_ca(*directory, ca));
  return ca;
}

pki::LeafOptions serving_options(const std::string& address) {
  pki::LeafOptions options{
      .subject = {.common_name = "certwright-apiserver"},
      .dns_names = {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
      .ip_addresses = {"127.0.0.1", "::1"},
      .lifetime = kCaLifetime,
      .key = kKey,
      .extended_key_usages = {std::string(pki::kServerAuthOid)}};
  const bool is_ip =
      address.find_first_not_of("0123456789.") == std::string::npos || address.find(':') != std::string::npos;
  if (address.empty() || address == "0.0.0.0" || address == "::") return options;
  (is_ip ? options.ip_addresses : options.dns_names).push_back(address);
  return options;
}

Result<Credentials> credentials(const pki::KeyPair& pair) {
  return Credentials{pair.certificate_pem(), TRY(pair.key_pem())};
}

}  // namespace

Result<ServerIdentity> make_server_identity(const DataDirectory* directory, const std::string& address,
                                            pki::KeyMaker& keys, TimePoint now) {
  const pki::KeyPair ca = TRY(find_or_make_ca(directory, keys, now));
  const pki::KeyPair serving = TRY(pki::make_leaf(ca, serving_options(address), keys, now));
  const pki::LeafOptions administrator{
      .subject = {.organizations = {std::string(kAdminGroup)}, .common_name = "admin"},
      .lifetime = kAdministratorLifetime,
      .key = kKey,
      .extended_key_usages = {std::string(pki::kClientAuthOid)}};
  const pki::KeyPair client = TRY(pki::make_leaf(ca, administrator, keys, now));
  return ServerIdentity{ca.certificate_pem(), TRY(credentials(serving)), TRY(credentials(client))};
}

SecretBytes kubeconfig_text(const ServerIdentity& identity, const std::string& url) {
  std::string text =
      "apiVersion: v1\n"
      "kind: Config\n"
      "current-context: certwright\n"
      "contexts:\n"
      "- name: certwright\n"
      "  context: {cluster: certwright, user: admin}\n"
      "clusters:\n"
      "- name: certwright\n"
      "  cluster:\n"
      "    server: " +
      url + "\n    certificate-authority-data: " + encode_base64(identity.ca_pem) +
      "\n"
      "users:\n"
      "- name: admin\n"
      "  user:\n"
      "    client-certificate-data: " +
      encode_base64(identity.administrator.certificate_pem) +
      "\n    client-key-data: " + encode_base64(identity.administrator.key_pem.reveal()) + "\n";
  return SecretBytes(std::move(text));
}

}  // namespace cw::apiserver
