#include "cli/flags.h"

#include <charconv>

#include "cli/version.h"
#include "lib/base/duration.h"
#include "lib/base/log.h"

namespace cw::cli {
namespace {

struct LoggingFlags {
  std::string format = "text";
  unsigned verbosity = 0;
  std::string flush_frequency = "5s";
  std::string vmodule;
};

Result<std::chrono::seconds> seconds_of(const std::string& text) {
  std::int64_t nanoseconds = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, nanoseconds);
  if (error == std::errc() && stopped == end) {
    return std::chrono::round<std::chrono::seconds>(Duration(nanoseconds));
  }
  return std::chrono::round<std::chrono::seconds>(TRY(parse_duration(text)));
}

}  // namespace

CLI::Option* add_duration(CLI::App& command, const std::string& name, std::chrono::seconds& value,
                          const std::string& help) {
  const auto take = [&value, name](const CLI::results_t& given) {
    const auto parsed = seconds_of(given.at(0));
    if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
    value = *parsed;
    return true;
  };
  return command.add_option(name, take, help)
      ->type_name("DURATION")
      ->default_str(format_duration(Duration(value)));
}

void add_logging_flags(CLI::App& command) {
  const auto flags = std::make_shared<LoggingFlags>();
  command.add_option("--logging-format", flags->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("-v,--v", flags->verbosity, "Verbosity; 4 and more logs at debug level");
  command.add_option("--log-flush-frequency", flags->flush_frequency,
                     "Accepted; every line is written at once");
  command.add_option("--vmodule", flags->vmodule, "Accepted without effect");
  command.parse_complete_callback([flags] {
    constexpr unsigned kDebugVerbosity = 4;
    log::configure({.format = flags->format == "json" ? log::Format::Json : log::Format::Text,
                    .level = flags->verbosity >= kDebugVerbosity ? log::Level::Debug : log::Level::Info});
  });
}

void add_pem_limit_flags(CLI::App& command, pki::PemLimits& limits) {
  const auto positive = CLI::PositiveNumber;
  command
      .add_option("--max-certificate-size", limits.certificate, "Bytes of PEM of one certificate or request")
      ->check(positive);
  command.add_option("--max-private-key-size", limits.private_key, "Bytes of PEM of one private key")
      ->check(positive);
  command.add_option("--max-certificate-chain-length", limits.chain, "Bytes of PEM of one chain")
      ->check(positive);
  command.add_option("--max-certificate-bundle-size", limits.bundle, "Bytes of PEM of one bundle")
      ->check(positive);
}

Result<std::unique_ptr<client::HttpKubeClient>> connect(const std::string& kubeconfig,
                                                        const std::string& component) {
  auto access = TRY(client::find_cluster(kubeconfig));
  client::KubeClientOptions options;
  options.user_agent = component + "/v" + std::string(kVersion);
  return TRY(client::HttpKubeClient::create(std::move(access), std::move(options)));
}

int failed(const std::string& what, const Error& error) {
  log::error(what, {{"error", error.message}});
  return 1;
}

}  // namespace cw::cli
