#include "apiserver/wire/gzip.h"

#include <limits>

#include <zlib.h>

namespace cw::apiserver {
namespace {

class Deflater {
 public:
  Deflater() {
    constexpr int kGzip = 16;  // added to the window's size: a gzip header instead of zlib's
    constexpr int kMemory = 8;
    ready_ = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, kMemory,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }
  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_ = {};
  bool ready_ = false;
};

}  // namespace

std::optional<std::string> gzipped(std::string_view text) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) return std::nullopt;
  Deflater deflater;
  if (!deflater.ready()) return std::nullopt;
  z_stream& stream = deflater.stream();
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib only reads it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return std::nullopt;
  out.resize(stream.total_out);
  out.shrink_to_fit();
  return out;
}

}  // namespace cw::apiserver
