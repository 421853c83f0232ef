// Caller: puts one question to one webhook. Tests have one of their own. Thread-safe.
#pragma once

#include <chrono>
#include <string>

#include "apiserver/webhooks/configuration.h"
#include "lib/base/result.h"

namespace cw::apiserver::webhooks {

struct CallAnswer {
  int status = 0;  // HTTP
  std::string content_type;
  std::string body;
};

class Caller {
 public:
  Caller() = default;
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  virtual ~Caller() = default;
  // Takes no longer than the timeout. Invalid: the target cannot be used (its CA), Unavailable: no answer.
  // The message begins with what was asked: "Post \"https://…\": …".
  virtual Result<CallAnswer> post(const Target&, const std::string& body, std::chrono::seconds timeout) = 0;
};

}  // namespace cw::apiserver::webhooks
