#include "webhook/advice/text.h"

namespace cw::webhook {
namespace {

constexpr std::string_view kCut = "...";
constexpr std::size_t kMaxPathBytes = 70;

std::string rule_suffix(const Advice& advice) { return " (" + std::string(advice.rule) + ")"; }

enum class Quotes { Keep, Replace };

std::string printable(std::string_view text, std::size_t limit, Quotes quotes) {
  const bool cut = text.size() > limit;
  std::string out(text.substr(0, cut ? limit - kCut.size() : limit));
  for (char& c : out) {
    const bool breaks_quotes = quotes == Quotes::Replace && (c == '"' || c == '\\');
    if (c < ' ' || c > '~' || breaks_quotes) c = '?';
  }
  if (cut) out += kCut;
  return out;
}

}  // namespace

std::string plain(std::string_view text, std::size_t limit) {
  return printable(text, limit, Quotes::Replace);
}

std::string shown_value(std::string_view value) { return '"' + plain(value, kMaxValueBytes) + '"'; }

std::string warning_text(const Advice& advice) {
  std::string text = plain(advice.path, kMaxPathBytes) + ": ";
  if (!advice.value.empty()) text += shown_value(advice.value) + ": ";
  const std::string suffix = rule_suffix(advice);
  return text + printable(advice.detail, kMaxWarningBytes - text.size() - suffix.size(), Quotes::Keep) +
         suffix;
}

std::string detail_text(const Advice& advice) { return advice.detail + rule_suffix(advice); }

}  // namespace cw::webhook
