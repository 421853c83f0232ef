#include "tests/contract/etcd_process.h"

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/random.h"
#include "lib/http/client.h"
#include "lib/http/socket.h"

namespace cw::contract {
namespace {

int free_port() {
  const auto listener = http::listen_on("127.0.0.1", 0);
  if (!listener) FAIL(listener.error().message);
  return listener->port;
}

std::string loopback(int port) { return "http://127.0.0.1:" + std::to_string(port); }

bool is_healthy(const std::string& url) {
  const auto client = http::Client::create({.base_url = url, .timeout = std::chrono::seconds(1)});
  const auto answer = (*client)->send({.target = "/health"});
  return answer && answer->status == 200;
}

[[noreturn]] void become(std::vector<std::string> command, const std::string& log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

}  // namespace

EtcdProcess::EtcdProcess() : folder_(std::filesystem::temp_directory_path() / ("cw-etcd-" + random_uuid())) {
  std::filesystem::create_directories(folder_);
  // A free port may be somebody else's before etcd takes it.
  constexpr int kTries = 5;
  for (int tries = 1; tries < kTries; ++tries) {
    choose_ports();
    if (runs()) return;
    forget_data();
  }
  choose_ports();
  start();
}

void EtcdProcess::choose_ports() {
  client_port_ = free_port();
  other_port_ = free_port();
  peer_port_ = free_port();
  url_ = loopback(client_port_);
}

EtcdProcess::~EtcdProcess() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void EtcdProcess::start() {
  if (!runs()) FAIL("etcd does not run; is the package etcd-server there? ./dev test installs it");
}

bool EtcdProcess::runs() {
  const std::string peer = loopback(peer_port_);
  const std::vector<std::string> command{"etcd",
                                         "--name=test",
                                         "--data-dir=" + (folder_ / "data").string(),
                                         "--listen-client-urls=" + url_,
                                         "--advertise-client-urls=" + url_,
                                         "--listen-peer-urls=" + peer,
                                         "--initial-advertise-peer-urls=" + peer,
                                         "--initial-cluster=test=" + peer};
  pid_ = ::fork();
  if (pid_ == 0) become(command, (folder_ / "log").string());
  for (int look = 0; look < 6000; ++look) {
    if (is_healthy(url_)) return true;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("etcd does not answer at " + url_);
  return false;
}

void EtcdProcess::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(std::exchange(pid_, 0), nullptr, 0);
}

void EtcdProcess::forget_data() { std::filesystem::remove_all(folder_ / "data"); }

void EtcdProcess::move() { url_ = loopback(other_port_); }
void EtcdProcess::move_back() { url_ = loopback(client_port_); }

}  // namespace cw::contract
