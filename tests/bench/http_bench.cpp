// An empty handler over TLS, on our Server or on cpp-httplib's own, for wrk and the like to ask.
//   http_bench ours|httplib|plain PORT CERTIFICATE_FILE KEY_FILE
// Runs until it is killed; prints the CPU time and the requests of each second that had any.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>

#include <httplib.h>
#include <sys/resource.h>

#include "lib/http/server.h"

namespace {

std::atomic<long> requests{0};

std::string contents(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void report() {
  long before = 0;
  double cpu_before = cpu_seconds();
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const long now = requests.load();
    const double cpu = cpu_seconds();
    if (now != before) {
      std::printf("%ld requests/s, %.1f us of CPU a request\n", now - before,
                  (cpu - cpu_before) * 1e6 / static_cast<double>(now - before));
      std::fflush(stdout);
    }
    before = now;
    cpu_before = cpu;
  }
}

int run_httplib(int port, const char* certificate, const char* key) {
  httplib::SSLServer server(certificate, key);
  server.set_keep_alive_max_count(1000000000);
  server.set_tcp_nodelay(true);
  const auto answer = [](const httplib::Request&, httplib::Response& response) {
    requests.fetch_add(1);
    response.set_content("{}", "application/json");
  };
  server.Get(".*", answer);
  server.Post(".*", answer);
  std::thread(report).detach();
  return server.listen("127.0.0.1", port) ? 0 : 1;
}

int run_ours(cw::http::ServerOptions options) {
  cw::http::Server server(std::move(options), [](const cw::http::Request&) {
    requests.fetch_add(1);
    return cw::http::Response{.body = "{}"};
  });
  const auto port = server.start();
  if (!port) {
    std::cerr << port.error().message << "\n";
    return 1;
  }
  report();
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
