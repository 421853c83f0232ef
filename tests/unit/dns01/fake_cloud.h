// FakeCloud: the HTTP API of one DNS provider in memory, as far as its documentation says what the publishers
// rely on: zones, TXT record sets, who may ask. What is common to all of them; the rest is in the fake of
// each. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/dns01/publisher.h"
#include "lib/dns01/wires.h"
#include "lib/http/fetch.h"

namespace cw::dns01::test {

inline constexpr TimePoint kNow{std::chrono::seconds(1767323045)};  // 2026-01-02T03:04:05Z

using http::ClientResponse;
using http::FetchRequest;
using Json = nlohmann::json;

struct Asked {
  std::string method;
  std::string host;
  std::string path;                            // decoded
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string header(const std::string& name) const;
  std::string parameter(const std::string& name) const;
};
std::string decoded(std::string_view text);
std::map<std::string, std::string> parse_form(std::string_view text);
ClientResponse json_answer(int status, const Json& body);
ClientResponse text_answer(int status, std::string body);
std::vector<std::string> split_path(const std::string& path);

// Values without quotes, by absolute name.
using Records = std::map<std::string, std::vector<std::string>>;

class FakeCloud : public http::HttpFetch {
 public:
  Result<ClientResponse> fetch(const FetchRequest&) final;

  // Answers in place of the cloud when it returns something. Called without the lock.
  std::function<std::optional<Result<ClientResponse>>(const Asked&)> instead;
  // Called once, before the next request that writes.
  std::function<void()> before_write;

  void refuse_credentials(bool refuse) { refuses_ = refuse; }
  void remove_zones();
  // By another program.
  void put(const std::string& name, const std::string& value);
  std::vector<std::string> values(const std::string& name) const;
  std::vector<Asked> asked() const;
  std::size_t count(const std::string& method) const;

 protected:
  // The lock is held.
  virtual ClientResponse answer(const Asked&) = 0;
  virtual bool is_write(const Asked& asked) const { return asked.method != "GET"; }

  bool refuses_ = false;
  std::map<std::string, std::string> zones_;  // identifier by name, without the last dot
  Records records_;
  std::map<std::string, int> versions_;  // of the record sets
  void set_values(const std::string& name, std::vector<std::string> values);

 private:
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
};

// One provider for the contract: its fake, and a publisher that asks it.
struct Provider {
  std::string name;
  std::unique_ptr<FakeCloud> cloud;
  std::function<Result<std::shared_ptr<TxtPublisher>>(Wires)> make;
  std::vector<std::string> secrets;  // that must never be told
  bool guards = true;                // a value that another program writes meanwhile survives
  bool removes = true;
};

// `simple_sets`: names have one simple record set, as another program wrote it.
Provider route53_provider(bool simple_sets = false);
Provider cloudflare_provider();
Provider digitalocean_provider();
Provider cloud_dns_provider();
Provider azure_provider();
Provider akamai_provider();
Provider acme_dns_provider();
std::vector<Provider> all_providers();

// A token, and the key of a service account, as Google's file has them.
std::string service_account_json();

}  // namespace cw::dns01::test
