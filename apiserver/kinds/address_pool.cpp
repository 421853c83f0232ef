#include "apiserver/kinds/address_pool.h"

#include <algorithm>
#include <mutex>

#include "apiserver/kinds/kind_checks.h"
#include "apiserver/kinds/service_view.h"
#include "lib/base/ascii.h"
#include "lib/base/random.h"
#include "lib/kube/json.h"
#include "lib/pki/ip_address.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kNetwork = "10.96.";  // /16
constexpr int kAttempts = 4096;
constexpr std::int64_t kFirstPort = 30000;
constexpr std::int64_t kPorts = 2768;

// Of all stores of this process: the store, and a piece of text that its Services may not have.
std::mutex reserved_mutex;
std::set<std::pair<const Store*, std::string>> all_reserved;

unsigned random_number() {
  const std::string bytes = random_bytes(2);
  return static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
}

std::string text_of_address(const std::string& address) { return "\"clusterIP\":\"" + address + "\""; }

}  // namespace

struct AddressPool::Reserved {
  const Store* store;
  std::vector<std::string> texts = {};

  explicit Reserved(const Store* of) : store(of) {}
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;
  ~Reserved() {
    const std::lock_guard lock(reserved_mutex);
    for (const std::string& text : texts) all_reserved.erase({store, text});
  }
};

AddressPool::AddressPool(const Store& store) : reserved_(std::make_shared<Reserved>(&store)) {
  if (Result<Listing> listing = store.list({"services"})) services_ = std::move(listing->objects);
}

bool AddressPool::in_range(const std::string& address) {
  return address.starts_with(kNetwork) && pki::parse_ip(address) && address != "10.96.0.0" &&
         address != "10.96.255.255";
}

bool AddressPool::in_port_range(std::int64_t port) {
  return port >= kFirstPort && port < kFirstPort + kPorts;
}

bool AddressPool::is_stored(const std::string& text) const {
  return std::any_of(services_.begin(), services_.end(), [&](const ObjectPtr& service) {
    const std::string& all = service->text();
    std::size_t at = all.find(text);
    // A number ends where its digits end.
    while (at != std::string::npos && is_digit(text.back()) && is_digit(all[at + text.size()])) {
      at = all.find(text, at + 1);
    }
    return at != std::string::npos;
  });
}

bool AddressPool::reserve(const std::string& text) {
  const std::lock_guard lock(reserved_mutex);
  if (!all_reserved.emplace(reserved_->store, text).second) return false;
  reserved_->texts.push_back(text);
  return true;
}

bool AddressPool::take_address(const std::string& address) {
  const std::string text = text_of_address(address);
  return !is_stored(text) && reserve(text);
}

bool AddressPool::take_port(std::int64_t port) {
  const std::string number = std::to_string(port);
  if (is_stored("\"nodePort\":" + number) || is_stored("\"healthCheckNodePort\":" + number)) return false;
  return reserve("\"nodePort\":" + number);
}

std::string AddressPool::any_address() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const unsigned host = random_number();
    std::string address =
        std::string(kNetwork) + std::to_string(host / 256) + "." + std::to_string(host % 256);
    // The first few are for those who ask for them by name.
    if (host > 255 && in_range(address) && take_address(address)) return address;
  }
  return {};
}

std::int64_t AddressPool::any_port() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::int64_t port = kFirstPort + random_number() % kPorts;
    if (take_port(port)) return port;
  }
  return 0;
}

std::vector<std::string> service_claims(const StoreKey& key, const std::string& text) {
  if (key.resource != "services") return {};
  const Result<Json> service = kube::parse_json(text);
  if (!service) return {};
  std::set<std::string> claims;
  for (const Json& address : cluster_ips(*service)) {
    if (address.is_string() && address != kHeadless) claims.insert("clusterIP/" + address.get<std::string>());
  }
  const auto add_port = [&](const Json& object, const char* member) {
    const std::int64_t port = number_member(object, member);
    if (port != 0) claims.insert("nodePort/" + std::to_string(port));
  };
  for (const Json& port : service_ports(*service)) add_port(port, "nodePort");
  add_port(object_member(*service, "spec"), "healthCheckNodePort");
  return {claims.begin(), claims.end()};
}

}  // namespace cw::apiserver
