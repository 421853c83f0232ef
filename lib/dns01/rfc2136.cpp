#include "lib/dns01/rfc2136.h"

#include <utility>

#include "lib/base/ascii.h"
#include "lib/base/encoding.h"
#include "lib/dns/names.h"

namespace cw::dns01 {
namespace {

Error invalid(const std::string& field, const std::string& what) {
  return Error{Code::Invalid, "rfc2136." + field + ": " + what};
}

Result<std::unique_ptr<dns::TsigKey>> make_key(const Rfc2136Settings& settings) {
  if (settings.key_name.empty() || settings.secret.empty()) return std::unique_ptr<dns::TsigKey>();
  auto key = std::make_unique<dns::TsigKey>();
  const auto hash = dns::find_tsig_algorithm(settings.algorithm);
  if (!hash) return invalid("tsigAlgorithm", "\"" + settings.algorithm + "\" is not supported");
  key->hash = *hash;
  auto name = dns::absolute_name(settings.key_name);
  if (!name) return invalid("tsigKeyName", name.error().message);
  key->name = *std::move(name);
  // Secrets that people make often end with a line break.
  auto secret = decode_base64(trimmed(settings.secret.reveal(), " \t\r\n"));
  if (!secret || secret->empty()) return invalid("tsigSecretSecretRef", "the Secret's value is no base64");
  key->secret = SecretBytes(*std::move(secret));
  return key;
}

Result<dns::UpdateServer::Protocol> parse_protocol(const std::string& text) {
  const std::string lower = lower_case(text);
  if (lower.empty() || lower == "udp") return dns::UpdateServer::Protocol::Udp;
  if (lower == "tcp") return dns::UpdateServer::Protocol::Tcp;
  return invalid("protocol", "\"" + text + "\": must be UDP or TCP");
}

}  // namespace

Result<std::shared_ptr<TxtPublisher>> Rfc2136::create(const Rfc2136Settings& settings, const Clock& clock) {
  auto address = dns::parse_server(settings.nameserver);
  if (!address) return invalid("nameserver", address.error().message);
  dns::UpdateServer server{.protocol = TRY(parse_protocol(settings.protocol)),
                           .address = *std::move(address),
                           .timeout = settings.timeout};
  auto key = TRY(make_key(settings));
  return std::shared_ptr<TxtPublisher>(new Rfc2136(std::move(server), std::move(key), clock));
}

Rfc2136::Rfc2136(dns::UpdateServer server, std::unique_ptr<dns::TsigKey> key, const Clock& clock)
    : key_(std::move(key)), server_(std::move(server)), clock_(clock) {
  server_.key = key_.get();
}

Status Rfc2136::present(const TxtRecord& record) { return change(dns::TxtChange::Action::Add, record); }
Status Rfc2136::clean_up(const TxtRecord& record) { return change(dns::TxtChange::Action::Remove, record); }

Status Rfc2136::change(dns::TxtChange::Action action, const TxtRecord& record) {
  return dns::send_update({.action = action, .zone = record.zone, .name = record.name, .value = record.value},
                          server_, clock_.now());
}

}  // namespace cw::dns01
