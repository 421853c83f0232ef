// An empty handler over TLS, on our Server or on cpp-httplib's own: what any webhook has to pay at least.
//   http_bench ours|httplib|plain PORT CERTIFICATE_FILE KEY_FILE
// Runs until it is killed.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <httplib.h>
#include <unistd.h>

#include "lib/http/server.h"

namespace {

std::string contents(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int run_httplib(int port, const char* certificate, const char* key) {
  httplib::SSLServer server(certificate, key);
  server.set_keep_alive_max_count(1000000000);
  server.set_tcp_nodelay(true);
  const auto answer = [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{}", "application/json");
  };
  server.Get(".*", answer);
  server.Post(".*", answer);
  return server.listen("127.0.0.1", port) ? 0 : 1;
}

int run_ours(cw::http::ServerOptions options) {
  cw::http::Server server(std::move(options),
                          [](const cw::http::Request&) { return cw::http::Response{.body = "{}"}; });
  const auto port = server.start();
  if (!port) {
    std::cerr << port.error().message << "\n";
    return 1;
  }
  return ::pause();
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) return 2;
  const std::string mode = words[1];
  const int port = std::stoi(words[2]);
  if (mode == "httplib") return run_httplib(port, words[3], words[4]);
  cw::http::ServerOptions options{.port = port};
  if (mode == "ours") {
    auto identity = cw::http::TlsIdentity::from_pem(contents(words[3]), contents(words[4]));
    if (!identity) {
      std::cerr << identity.error().message << "\n";
      return 1;
    }
    options.tls = *std::move(identity);
  }
  return run_ours(std::move(options));
}
