// Load over TLS on loopback, from one thread; each answer must be 200.
//   http_load load PORT PATH BODY_FILE CONNECTIONS SECONDS
//     Each connection asks again as soon as it is answered. Prints 'requests p50 p99 per_second', latencies
//     in us.
//   http_load first PORT PATH BODY_FILE COMMAND…
//     Starts COMMAND, prints the milliseconds from there to its first answer, ends it.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/load_connection.h"

namespace {

using cw::bench::Context;
using cw::bench::LoadConnection;
using std::chrono::steady_clock;
using Step = LoadConnection::Step;

constexpr useconds_t kBetweenTries = 200;  // microseconds
constexpr std::chrono::seconds kPatience{60};

double microseconds(steady_clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

std::string contents(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Load {
 public:
  Load(int port, const std::string& request) : port_(port), request_(request) {}

  // False if a connection fails.
  bool run(int connections, std::chrono::duration<double> time) {
    for (int i = 0; i < connections; ++i) {
      open_.push_back(std::make_unique<LoadConnection>(*context_, request_));
      if (!open_.back()->open(port_, LoadConnection::Mode::NonBlocking)) return false;
      epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = open_.back().get()}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, open_.back()->fd(), &event) != 0) return false;
    }
    started_ = steady_clock::now();
    end_ = started_ + std::chrono::duration_cast<steady_clock::duration>(time);
    for (const auto& connection : open_) {
      connection->begin();
      ++asking_;
      if (!go_on(*connection)) return false;
    }
    while (asking_ > 0) {
      if (!wait()) return false;
    }
    return true;
  }

  void print() {
    const double seconds = microseconds(steady_clock::now() - started_) / 1e6;
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [&](double part) {
      return latencies_[static_cast<std::size_t>(static_cast<double>(latencies_.size() - 1) * part)];
    };
    std::printf("%zu %.1f %.1f %.0f\n", latencies_.size(), at(0.5), at(0.99),
                static_cast<double>(latencies_.size()) / seconds);
  }

 private:
  bool wait() {
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(std::chrono::milliseconds(kPatience).count()));
    for (int i = 0; i < count; ++i) {
      if (!go_on(*static_cast<LoadConnection*>(events[static_cast<std::size_t>(i)].data.ptr))) return false;
    }
    return count > 0;
  }

  bool go_on(LoadConnection& connection) {
    if (steady_clock::time_point() == connection.begun_at()) return true;
    for (;;) {
      const Step step = connection.advance();
      if (step != Step::Answered) return step != Step::Failed;
      const auto now = steady_clock::now();
      latencies_.push_back(microseconds(now - connection.begun_at()));
      if (now >= end_) break;
      connection.begin();
    }
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.fd(), nullptr);
    --asking_;
    return true;
  }

  int port_;
  const std::string& request_;
  Context context_ = cw::bench::make_context();
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<LoadConnection>> open_;
  std::vector<double> latencies_;
  int asking_ = 0;
  steady_clock::time_point started_;
  steady_clock::time_point end_;
};

// Whether one answer came.
bool answered(SSL_CTX& context, int port, const std::string& request) {
  LoadConnection connection(context, request);
  if (!connection.open(port, LoadConnection::Mode::Waiting)) return false;
  connection.begin();
  return connection.advance() == Step::Answered;
}

int first(int port, const std::string& request, char** command) {
  const Context context = cw::bench::make_context();
  const auto start = steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    ::execv(command[0], command);
    ::_exit(127);
  }
  bool ended = false;
  bool good = false;
  while (!good && !ended && steady_clock::now() - start < kPatience) {
    good = answered(*context, port, request);
    if (!good) ::usleep(kBetweenTries);
    ended = !good && ::waitpid(child, nullptr, WNOHANG) != 0;
  }
  const double took = microseconds(steady_clock::now() - start) / 1e3;
  if (!ended) {
    ::kill(child, SIGTERM);
    ::waitpid(child, nullptr, 0);
  }
  if (good) std::printf("%.2f\n", took);
  return good ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const std::string mode = count > 5 ? words[1] : "";
  if (mode.empty()) return 2;
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const int port = std::stoi(words[2]);
  const std::string request = cw::bench::make_request(words[3], contents(words[4]));
  if (mode == "first") return first(port, request, words + 5);
  if (mode != "load" || count != 7) return 2;
  Load load(port, request);
  if (!load.run(std::stoi(words[5]), std::chrono::duration<double>(std::stod(words[6])))) {
    std::cerr << "a request was not answered with 200\n";
    return 1;
  }
  load.print();
  return 0;
}
