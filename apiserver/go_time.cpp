#include "apiserver/go_time.h"

#include <algorithm>

#include "lib/base/time_text.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

// The digits behind the seconds' point, cut or filled to six.
std::string microseconds_of(std::string_view text) {
  std::string digits;
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    const std::size_t end = text.find_first_not_of("0123456789", point + 1);
    digits = text.substr(point + 1, end == std::string_view::npos ? end : end - point - 1);
  }
  digits.resize(6, '0');
  return digits;
}

constexpr std::string_view kMicroLayout = "2006-01-02T15:04:05.000000Z07:00";

// Six digits, no more and no less.
Status check_microseconds(std::string_view text) {
  constexpr std::size_t kSeconds = 19;  // "2006-01-02T15:04:05"
  constexpr std::size_t kDigits = 6;
  std::string_view rest = text.substr(std::min(text.size(), kSeconds));
  const bool pointed = rest.starts_with('.') || rest.starts_with(',');
  const std::size_t digits = pointed ? std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1 : 0;
  if (digits == kDigits) return Done{};
  std::string_view element = ".000000";
  if (digits > kDigits) {
    rest.remove_prefix(1 + kDigits);
    element = "Z07:00";
  }
  return Error{Code::Invalid, "parsing time " + kube::quoted(text) + " as " + kube::quoted(kMicroLayout) +
                                  ": cannot parse " + kube::quoted(rest) + " as " + kube::quoted(element)};
}

}  // namespace

Result<std::string> canonical_time(std::string_view text, TimeForm form) {
  const Result<TimePoint> time = parse_time(text);
  if (!time) {
    const std::string_view layout = form == TimeForm::Seconds ? "2006-01-02T15:04:05Z07:00" : kMicroLayout;
    const std::string shown = kube::quoted(text);
    return Error{Code::Invalid, "parsing time " + shown + " as " + kube::quoted(layout) + ": cannot parse " +
                                    shown + " as \"2006\""};
  }
  std::string seconds = format_time(*time);
  if (form == TimeForm::Seconds) return seconds;
  TRY(check_microseconds(text));
  seconds.pop_back();  // the Z
  return seconds + "." + microseconds_of(text) + "Z";
}

}  // namespace cw::apiserver
