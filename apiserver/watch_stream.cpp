#include "apiserver/watch_stream.h"

namespace cw::apiserver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr milliseconds kLongestSilence{1000};  // then the writer is asked whether the client is there
constexpr seconds kBookmarkEvery{60};
constexpr std::size_t kPiece = 1UL << 20U;  // bytes; what there was at first may be much more
constexpr seconds kBookmarkBeforeEnd{2};    // so that the next watch goes on from there

class Stream {
 public:
  Stream(const WatchAnswer& answer, const Presentation& presentation, ObjectWatch& watch,
         const http::StreamWriter& write)
      : answer_(answer),
        presentation_(presentation),
        watch_(watch),
        write_(write),
        end_(steady_clock::now() + answer.timeout),
        next_bookmark_(std::min(steady_clock::now() + kBookmarkEvery, end_ - kBookmarkBeforeEnd)) {}

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested() && steady_clock::now() < end_) {
      if (!step(stop)) return;
    }
  }

 private:
  // False: the stream is over.
  bool step(const std::stop_token& stop) {
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - steady_clock::now());
    Result<ShownEvents> shown = watch_.next(std::min(left, kLongestSilence), stop);
    if (!shown) {
      const bool is_behind = shown.error().code == Code::Gone;
      const kube::StatusError error(
          is_behind ? kube::Reason::Expired : kube::Reason::None,
          is_behind ? "too old resource version: " + shown.error().message : shown.error().message);
      return send(error_event(error)) && false;
    }
    std::string lines;
    for (const ShownEvent& event : shown->events) {
      lines += presentation_.event(*answer_.row, answer_.wanted, event, first_);
      first_ = false;
      if (lines.size() < kPiece) continue;
      if (!send(lines)) return false;
      lines.clear();
    }
    lines += due_bookmark(shown->revision);
    // A kind that is gone has nothing more to tell once all that happened is told.
    const bool is_over = shown->events.empty() && answer_.row->ended.stop_requested();
    return send(lines) && !is_over;
  }

  bool send(const std::string& lines) {
    return write_(answer_.encode && !lines.empty() ? answer_.encode(lines) : lines);
  }

  std::string due_bookmark(Revision revision) {
    if (answer_.bookmark_after_initial && !initial_told_) {
      initial_told_ = true;
      return presentation_.bookmark(*answer_.row, answer_.wanted, revision,
                                    Presentation::BookmarkKind::InitialEventsEnd);
    }
    if (!answer_.bookmarks || steady_clock::now() < next_bookmark_) return {};
    const auto before_end = end_ - kBookmarkBeforeEnd;
    next_bookmark_ = next_bookmark_ >= before_end ? steady_clock::time_point::max()
                                                  : std::min(next_bookmark_ + kBookmarkEvery, before_end);
    return presentation_.bookmark(*answer_.row, answer_.wanted, revision,
                                  Presentation::BookmarkKind::Progress);
  }

  const WatchAnswer& answer_;
  const Presentation& presentation_;
  ObjectWatch& watch_;
  const http::StreamWriter& write_;
  const steady_clock::time_point end_;
  steady_clock::time_point next_bookmark_;
  bool first_ = true;
  bool initial_told_ = false;
};

}  // namespace

void stream_watch(const WatchAnswer& answer, const Presentation& presentation, ObjectWatch& watch,
                  const http::StreamWriter& write, const std::stop_token& stop) {
  Stream(answer, presentation, watch, write).run(stop);
}

std::string error_event(const kube::StatusError& error) {
  return "{\"type\":\"ERROR\",\"object\":" + kube::to_text(error) + "}\n";
}

}  // namespace cw::apiserver
