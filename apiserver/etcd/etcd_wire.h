// The JSON that etcd's gRPC gateway speaks (etcd 3.4 and later, /v3/…): requests as text, answers decoded.
// Bytes are base64, 64-bit numbers are strings, members with a zero value are left out. Pure.
// Source: etcd api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

struct EtcdKeyValue {
  std::string key;
  std::string value;
  Revision mod_revision = 0;
};

struct EtcdRange {
  std::string key;
  std::string end = {};   // one behind the last; empty: the key alone
  int limit = 0;          // 0: all
  Revision revision = 0;  // 0: now
  bool count_only = false;
};

struct EtcdPage {
  std::vector<EtcdKeyValue> items;
  Revision revision = 0;  // of the whole etcd
  bool more = false;
};

// A write of one key that happens only if the key is at the expected revision (0: is not there), and nobody
// has a key that it takes.
struct EtcdWrite {
  std::string key;
  std::optional<std::string> value = {};  // none: the key is deleted
  Revision expected = 0;
  std::vector<std::string> taken = {};     // keys that must not be there, and are afterwards
  std::vector<std::string> released = {};  // keys that go
};

struct EtcdWritten {
  bool succeeded = false;
  Revision revision = 0;              // of the whole etcd
  std::optional<EtcdKeyValue> found;  // what is there instead; of a deletion that succeeded, what was there
  Revision taken = 0;                 // when somebody else wrote a key that was to be taken; 0: nobody has
};

struct EtcdEvent {
  EtcdKeyValue item;  // of a deletion without a value
  bool removed = false;
};

struct EtcdWatchLine {
  enum class Kind : std::uint8_t { Created, Events, Progress, Canceled, Broken } kind = Kind::Broken;
  Revision revision = 0;  // of the whole etcd
  std::vector<EtcdEvent> events = {};
  bool compacted = false;    // Canceled: because history that was asked for is gone
  std::string failure = {};  // Canceled, Broken: why
};

std::string range_request(const EtcdRange&);
std::string write_request(const EtcdWrite&);
std::string watch_request(const std::string& key, const std::string& end, Revision start);

Result<EtcdPage> decode_range(std::string_view answer);
Result<EtcdWritten> decode_written(std::string_view answer);
EtcdWatchLine decode_watch_line(std::string_view line);
// An answer with another HTTP status than 200. Gone: compacted. Invalid: a revision from the future, or more
// than one request may carry. Else Unavailable.
Error decode_failure(int status, std::string_view answer);

// Where a range of all keys with this prefix ends.
std::string end_of_prefix(std::string prefix);

}  // namespace cw::apiserver
