// Load on an API server on loopback over TLS, as the user of a client certificate, from one thread; each
// answer must be 2xx.
//   apiserver_load ask PORT PEM METHOD PATH BODY_FILE CONNECTIONS SECONDS|COUNTx
//     Each connection asks again as soon as it is answered. '@' in path and body is a number, new each time,
//     from 0 on. Prints 'requests p50 p99 per_second', latencies in us.
//   apiserver_load watch PORT PEM WATCH_PATH WATCHERS PATH BODY_FILE WRITES MILLISECONDS
//     That many connections watch; as many objects are created, one each so many milliseconds. Prints 'events
//     p50 p99 most' of the times in ms from the begin of a write until a watcher has its event.
// PEM holds the certificate and its key.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <sys/resource.h>

#include "tests/bench/load_connection.h"

namespace {

using cw::bench::Context;
using cw::bench::LoadConnection;
using std::chrono::steady_clock;
using Step = LoadConnection::Step;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::seconds kPatience{60};

struct Target {
  int port;
  Context context;
};

Target target_of(const char* port, const char* pem) {
  Target target{std::stoi(port), cw::bench::make_context()};
  SSL_CTX_use_certificate_chain_file(target.context.get(), pem);
  SSL_CTX_use_PrivateKey_file(target.context.get(), pem, SSL_FILETYPE_PEM);
  return target;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string numbered(std::string text, std::size_t number) {
  for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;) {
    text.replace(at, 1, std::to_string(number));
  }
  return text;
}

std::string request_text(const std::string& method, const std::string& path, const std::string& body) {
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n";
  if (!body.empty()) {
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + body;
}

double part_of(std::vector<double>& sorted, double part) {
  return sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part)];
}

// Connections that are waited for together.
class Crowd {
 public:
  LoadConnection* add(const Target& target) {
    auto connection = std::make_unique<LoadConnection>(*target.context, std::string_view());
    if (!connection->open(target.port, LoadConnection::Mode::NonBlocking)) return nullptr;
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = connection.get()}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd(), &event) != 0) return nullptr;
    all_.push_back(std::move(connection));
    return all_.back().get();
  }

  // Calls `moved` with each connection at which something can go on; how many there were, -1 on failure.
  template <typename Moved>
  int wait(std::chrono::milliseconds time, const Moved& moved) {
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(std::max<long>(0, time.count())));
    for (int i = 0; i < count; ++i) {
      if (!moved(*static_cast<LoadConnection*>(events[static_cast<std::size_t>(i)].data.ptr))) return -1;
    }
    return std::max(count, 0);
  }

 private:
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<LoadConnection>> all_;
};

class Asking {
 public:
  Asking(std::string method, std::string path, std::string body)
      : method_(std::move(method)), path_(std::move(path)), body_(std::move(body)) {}

  bool run(const Target& target, int connections, double seconds, std::size_t most) {
    most_ = most;
    for (int i = 0; i < connections; ++i) {
      LoadConnection* connection = crowd_.add(target);
      if (connection == nullptr) return false;
      asking_.push_back({connection, {}});
    }
    started_ = steady_clock::now();
    end_ =
        started_ + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(seconds));
    left_ = asking_.size();
    for (Asker& asker : asking_) {
      ask(asker);
      if (!go_on(asker)) return false;
    }
    while (left_ > 0) {
      const int count = crowd_.wait(kPatience, [this](LoadConnection& connection) {
        return go_on(*std::find_if(asking_.begin(), asking_.end(),
                                   [&](const Asker& one) { return one.connection == &connection; }));
      });
      if (count <= 0) return false;
    }
    return true;
  }

  void print() {
    const double seconds = Milliseconds(steady_clock::now() - started_).count() / 1e3;
    std::sort(latencies_.begin(), latencies_.end());
    std::printf("%zu %.1f %.1f %.0f\n", latencies_.size(), part_of(latencies_, 0.5),
                part_of(latencies_, 0.99), static_cast<double>(latencies_.size()) / seconds);
  }

 private:
  struct Asker {
    LoadConnection* connection;
    std::string request;
    bool over = false;
  };

  void ask(Asker& asker) {
    const std::size_t number = next_++;
    asker.request = request_text(method_, numbered(path_, number), numbered(body_, number));
    asker.connection->begin(asker.request);
  }

  bool go_on(Asker& asker) {
    if (asker.over || asker.request.empty()) return true;
    for (;;) {
      const Step step = asker.connection->advance();
      if (step != Step::Answered) return step != Step::Failed;
      const auto now = steady_clock::now();
      latencies_.push_back(Milliseconds(now - asker.connection->begun_at()).count() * 1e3);
      if (now >= end_ || next_ >= most_) break;
      ask(asker);
    }
    asker.over = true;
    --left_;
    return true;
  }

  std::string method_, path_, body_;
  Crowd crowd_;
  std::vector<Asker> asking_;
  std::vector<double> latencies_;
  std::size_t next_ = 0;
  std::size_t most_ = 0;
  std::size_t left_ = 0;
  steady_clock::time_point started_;
  steady_clock::time_point end_;
};

class Watching {
 public:
  bool open(const Target& target, const std::string& path, std::size_t watchers) {
    watch_ = request_text("GET", path, {});
    seen_.resize(watchers);
    for (std::size_t i = 0; i < watchers; ++i) {
      LoadConnection* connection = crowd_.add(target);
      if (connection == nullptr) return false;
      connection->listen([this, i](std::string_view body) { take(i, body); });
      connection->begin(watch_);
      if (connection->advance() == Step::Failed) return false;
    }
    writer_ = crowd_.add(target);
    return writer_ != nullptr && pass(std::chrono::seconds(2));
  }

  bool write(const std::string& path, const std::string& body, std::size_t writes,
             std::chrono::milliseconds each) {
    for (std::size_t i = 0; i < writes; ++i) {
      const std::string request = request_text("POST", path, numbered(body, i));
      begun_.push_back(steady_clock::now());
      writing_ = true;
      writer_->begin(request);
      if (!go_on(*writer_) || !pass(each) || writing_) return false;
    }
    const auto late = steady_clock::now() + kPatience;
    while (latencies_.size() < writes * seen_.size() && steady_clock::now() < late) {
      if (!pass(std::chrono::milliseconds(100))) return false;
    }
    return latencies_.size() == writes * seen_.size();
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    std::printf("%zu %.2f %.2f %.2f\n", latencies_.size(), part_of(latencies_, 0.5),
                part_of(latencies_, 0.99), latencies_.back());
  }

 private:
  // Lines are events, in the order of the writes.
  void take(std::size_t watcher, std::string_view body) {
    const auto lines = static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n'));
    for (std::size_t i = 0; i < lines && seen_[watcher] < begun_.size(); ++i) {
      latencies_.push_back(Milliseconds(steady_clock::now() - begun_[seen_[watcher]++]).count());
    }
  }

  bool go_on(LoadConnection& connection) {
    if (&connection == writer_ && !writing_) return true;
    const Step step = connection.advance();
    if (&connection == writer_ && step == Step::Answered) writing_ = false;
    return step != Step::Failed && (step != Step::Answered || &connection == writer_);
  }

  bool pass(std::chrono::milliseconds time) {
    const auto until = steady_clock::now() + time;
    for (auto now = steady_clock::now(); now < until; now = steady_clock::now()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
      if (crowd_.wait(left, [this](LoadConnection& connection) { return go_on(connection); }) < 0)
        return false;
    }
    return true;
  }

  std::string watch_;
  Crowd crowd_;
  LoadConnection* writer_ = nullptr;
  bool writing_ = false;
  std::vector<std::size_t> seen_;  // events of each watcher
  std::vector<steady_clock::time_point> begun_;
  std::vector<double> latencies_;
};

void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

int ask(const Target& target, const std::vector<std::string>& words) {
  Asking asking(words[0], words[1], contents(words[2]));
  const bool counted = words[4].ends_with('x');
  const double seconds = counted ? 3600 : std::stod(words[4]);
  const std::size_t most = counted ? std::stoul(words[4]) : std::numeric_limits<std::size_t>::max();
  if (!asking.run(target, std::stoi(words[3]), seconds, most)) return 1;
  asking.print();
  return 0;
}

int watch(const Target& target, const std::vector<std::string>& words) {
  Watching watching;
  const std::chrono::milliseconds each(std::stoi(words[5]));
  if (!watching.open(target, words[0], std::stoul(words[1])) ||
      !watching.write(words[2], contents(words[3]), std::stoul(words[4]), each)) {
    return 1;
  }
  watching.print();
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  const std::vector<std::string> rest(words + std::min(count, 4), words + count);
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  allow_many_files();
  int code = 2;
  if (mode == "ask" && rest.size() == 5) code = ask(target_of(words[2], words[3]), rest);
  if (mode == "watch" && rest.size() == 6) code = watch(target_of(words[2], words[3]), rest);
  if (code == 1) std::cerr << "a request was not answered with 2xx, or a watch ended or lacks an event\n";
  return code;
}
