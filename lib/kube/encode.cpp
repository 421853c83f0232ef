#include "lib/kube/encode.h"

#include "lib/base/encoding.h"
#include "lib/base/time_text.h"

namespace cw::kube {

Json to_json(const Duration& duration) { return format_duration(duration); }

Json to_json(const TimePoint& time) { return format_time(time); }

Json to_json(const Bytes& bytes) {
  return bytes.present() ? Json(encode_base64(bytes.text())) : Json(nullptr);
}

// What is no JSON (only our own code can put it there) becomes null rather than something half read.
Json to_json(const RawJson& raw) {
  const Json parsed = Json::parse(raw.text, nullptr, false);
  return parsed.is_discarded() ? Json(nullptr) : parsed;
}

Json to_json(const Quantity& quantity) { return quantity.text; }

}  // namespace cw::kube
