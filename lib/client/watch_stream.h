// WatchStream: the lines of a watch into events. One a watch; not thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "lib/base/result.h"
#include "lib/kube/client.h"

namespace cw::client {

// The object alone, or if only metadata was asked for and the server gave more, that.
kube::Json as_asked(const kube::Resource&, bool metadata_only, kube::Json object);

class WatchStream {
 public:
  WatchStream(const kube::Resource& resource, const kube::WatchOptions& options,
              const kube::OnWatchEvent& on_event)
      : resource_(resource),
        metadata_only_(options.metadata_only),
        is_known_(options.is_known),
        on_event_(on_event) {}

  // False: the stream has failed.
  bool take_line(std::string_view line);
  // Gone after an ERROR event with code 410, Unavailable after what is no event.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  bool is_known(std::string_view line) const;

  const kube::Resource& resource_;
  const bool metadata_only_;
  const std::function<bool(const kube::ObjectKey&, std::uint64_t)>& is_known_;
  const kube::OnWatchEvent& on_event_;
  std::optional<Error> failure_;
};

}  // namespace cw::client
