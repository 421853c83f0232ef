// A watch over HTTP: one JSON line an event, until the time is up, the client goes or the server stops.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

#include "apiserver/presentation.h"
#include "apiserver/read_path.h"
#include "lib/http/server.h"

namespace cw::apiserver {

struct WatchAnswer {
  RowPtr row;
  Wanted wanted;
  std::chrono::seconds timeout;
  bool bookmarks = false;
  bool bookmark_after_initial = false;  // sendInitialEvents
  // Of the lines that are due, into what the client reads; empty: as they are.
  std::function<std::string(std::string_view lines)> encode = {};
};

// Returns when the stream has ended. Runs on the connection's thread.
void stream_watch(const WatchAnswer&, const Presentation&, ObjectWatch&, const http::StreamWriter&,
                  const std::stop_token& stop);
// A stream that has failed before its first event: one ERROR event.
std::string error_event(const kube::StatusError&);

}  // namespace cw::apiserver
