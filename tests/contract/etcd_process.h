// EtcdProcess: a real etcd for one test, on free ports of loopback and in a folder of its own; can be killed
// and started again. It ends with the test. FAILs where there is no etcd: ./dev test installs it.
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace cw::contract {

class EtcdProcess {
 public:
  EtcdProcess();  // started, and answers
  EtcdProcess(const EtcdProcess&) = delete;
  EtcdProcess& operator=(const EtcdProcess&) = delete;
  ~EtcdProcess();

  const std::string& url() const { return url_; }
  void kill();
  // On the same ports. Of the same data, or of none.
  void start();
  void forget_data();
  // Where it answers from its next start on: those who know the old address do not reach it.
  void move();
  void move_back();

 private:
  void choose_ports();
  bool runs();  // false: it has ended by itself

  std::filesystem::path folder_;
  int client_port_ = 0;
  int other_port_ = 0;
  int peer_port_ = 0;
  std::string url_;
  pid_t pid_ = 0;
};

}  // namespace cw::contract
