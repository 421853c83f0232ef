#include "lib/cel/go_pattern.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/ascii.h"

namespace cw::cel {
namespace {

// In lower case, without what Go skips; more than one category is put in brackets.
constexpr std::array<std::pair<std::string_view, std::string_view>, 44> kCategories{
    {{"casedletter", "\\p{Lu}\\p{Ll}\\p{Lt}"},
     {"lc", "\\p{Lu}\\p{Ll}\\p{Lt}"},
     {"ascii", "\\x00-\\x7F"},
     {"any", "\\x{0}-\\x{10FFFF}"},
     {"closepunctuation", "\\p{Pe}"},
     {"combiningmark", "\\p{M}"},
     {"connectorpunctuation", "\\p{Pc}"},
     {"control", "\\p{Cc}"},
     {"currencysymbol", "\\p{Sc}"},
     {"dashpunctuation", "\\p{Pd}"},
     {"decimalnumber", "\\p{Nd}"},
     {"enclosingmark", "\\p{Me}"},
     {"finalpunctuation", "\\p{Pf}"},
     {"format", "\\p{Cf}"},
     {"initialpunctuation", "\\p{Pi}"},
     {"letter", "\\p{L}"},
     {"letternumber", "\\p{Nl}"},
     {"lineseparator", "\\p{Zl}"},
     {"lowercaseletter", "\\p{Ll}"},
     {"mark", "\\p{M}"},
     {"mathsymbol", "\\p{Sm}"},
     {"modifierletter", "\\p{Lm}"},
     {"modifiersymbol", "\\p{Sk}"},
     {"nonspacingmark", "\\p{Mn}"},
     {"number", "\\p{N}"},
     {"openpunctuation", "\\p{Ps}"},
     {"otherletter", "\\p{Lo}"},
     {"othernumber", "\\p{No}"},
     {"otherpunctuation", "\\p{Po}"},
     {"othersymbol", "\\p{So}"},
     {"paragraphseparator", "\\p{Zp}"},
     {"privateuse", "\\p{Co}"},
     {"punctuation", "\\p{P}"},
     {"separator", "\\p{Z}"},
     {"spaceseparator", "\\p{Zs}"},
     {"spacingmark", "\\p{Mc}"},
     {"surrogate", "\\p{Cs}"},
     {"symbol", "\\p{S}"},
     {"titlecaseletter", "\\p{Lt}"},
     {"uppercaseletter", "\\p{Lu}"},
     {"cntrl", "\\p{Cc}"},
     {"digit", "\\p{Nd}"},
     {"punct", "\\p{P}"},
     {"other", "\\p{C}"}}};

class Translation {
 public:
  explicit Translation(std::string_view pattern) : rest_(pattern) {}

  std::optional<std::string> run() {
    while (!rest_.empty() && !is_refused_) step();
    if (is_refused_) return std::nullopt;
    return std::move(done_);
  }

 private:
  void copy(std::size_t count) {
    count = std::min(count, rest_.size());
    done_ += rest_.substr(0, count);
    rest_.remove_prefix(count);
  }

  void step() {
    if (rest_.front() == '\\') return escape();
    if (in_class_) return class_part();
    if (rest_.front() == '[') {
      in_class_ = true;
      copy(rest_.starts_with("[^") ? 2 : 1);
      if (rest_.starts_with(']')) copy(1);
      return;
    }
    if (rest_.starts_with("(?P<") || rest_.starts_with("(?<")) return group();
    copy(1);
  }

  void class_part() {
    const std::size_t end = rest_.starts_with("[:") ? rest_.find(":]") : std::string_view::npos;
    if (end != std::string_view::npos) return copy(end + 2);
    if (rest_.front() == ']') in_class_ = false;
    copy(1);
  }

  void escape() {
    const char c = rest_.size() > 1 ? rest_[1] : '\0';
    if (c == 'Q' && !in_class_) {
      const std::size_t end = rest_.find("\\E");
      return copy(end == std::string_view::npos ? rest_.size() : end + 2);
    }
    if (c == 'C') is_refused_ = true;
    const std::size_t end = rest_.find('}');
    if (lower_case(c) == 'p' && rest_.substr(2).starts_with('{') && end != std::string_view::npos)
      return category(c == 'P', rest_.substr(3, end - 3), end + 1);
    copy(2);
  }

  void category(bool is_negated, std::string_view name, std::size_t length) {
    if (name.starts_with('^')) {
      is_negated = !is_negated;
      name.remove_prefix(1);
    }
    std::string plain;
    for (const char c : name) {
      if (c != '_' && c != '-' && c != ' ') plain += lower_case(c);
    }
    const auto* found = std::find_if(kCategories.begin(), kCategories.end(),
                                     [&](const auto& each) { return each.first == plain; });
    if (found == kCategories.end()) {
      // Scripts and short categories: their first letter alone is a capital.
      if (!plain.empty() && !plain.starts_with('^')) plain[0] = static_cast<char>(upper(plain[0]));
      done_ += std::string(is_negated ? "\\P{" : "\\p{") + plain + "}";
    } else if (!in_class_) {
      done_ += std::string(is_negated ? "[^" : "[") + std::string(found->second) + "]";
    } else if (!is_negated) {
      done_ += found->second;
    } else if (found->second.starts_with("\\p{") && found->second.find('}') + 1 == found->second.size()) {
      done_ += "\\P" + std::string(found->second.substr(2));
    } else {
      is_refused_ = true;
    }
    rest_.remove_prefix(length);
  }

  static int upper(char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; }

  void group() {
    const std::size_t start = rest_.find('<') + 1;
    const std::string_view name = rest_.substr(start, rest_.substr(start).find('>'));
    // Looking behind: RE2 says what is wrong.
    if (name.starts_with('=') || name.starts_with('!')) return copy(1);
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
      const char low = lower_case(c);
      return is_digit(c) || (low >= 'a' && low <= 'z') || c == '_';
    });
    if (!is_plain) {
      is_refused_ = true;
      return;
    }
    done_ += "(?P<";
    rest_.remove_prefix(start);
  }

  std::string_view rest_;
  std::string done_;
  bool in_class_ = false;
  bool is_refused_ = false;
};

}  // namespace

std::optional<std::string> as_re2(std::string_view pattern) { return Translation(pattern).run(); }

}  // namespace cw::cel
