#include "lib/yaml/write.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/ascii.h"
#include "lib/yaml/natural_order.h"
#include "lib/yaml/number_text.h"
#include "lib/yaml/scalar_style.h"

namespace cw::yaml {
namespace {

using kube::Json;

constexpr int kIndent = 2;
constexpr int kWidth = 80;
constexpr std::size_t kMaxSimpleKey = 128;

// Where the last character starts.
std::size_t start_of_last(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

// Keeps go-yaml's account of where on the line it stands: `white_` is true after white space, `indention_`
// while nothing but indention and indicators is on the line.
class Writer {
 public:
  std::string run(const Json& value) {
    node(value, {-1});
    if (column_ > 0) line_break();
    return std::move(out_);
  }

 private:
  struct Context {
    int indent = -1;
    bool in_mapping = false;
    bool simple_key = false;
  };
  static int deeper(int indent) { return indent < 0 ? 0 : indent + kIndent; }

  void node(const Json& value, const Context& context) {
    if (value.is_object()) return mapping(value, context.indent);
    if (value.is_array()) return sequence(value, context);
    if (value.is_string()) return text(value.get_ref<const std::string&>(), context);
    if (value.is_null()) return plain("null", context);
    if (value.is_boolean()) return plain(value.get<bool>() ? "true" : "false", context);
    plain(number_text(value), context);
  }

  void mapping(const Json& object, int outer) {
    if (object.empty()) {
      indicator("{", true, true, false);
      return indicator("}", false, false, false);
    }
    const int indent = deeper(outer);
    std::vector<const Json::object_t::value_type*> members;
    for (const auto& member : object.get_ref<const Json::object_t&>()) members.push_back(&member);
    // The order is not transitive in all cases, which a merge survives.
    std::stable_sort(members.begin(), members.end(),
                     [](const auto* a, const auto* b) { return natural_less(a->first, b->first); });
    for (const auto* member : members) {
      indentation(indent);
      const bool simple = member->first.size() <= kMaxSimpleKey && !shape_of(member->first).multiline;
      if (!simple) indicator("?", true, false, true);
      text(member->first, {indent, true, simple});
      if (!simple) indentation(indent);
      indicator(":", !simple, false, !simple);
      node(member->second, {indent, true});
    }
  }

  void sequence(const Json& list, const Context& context) {
    if (list.empty()) {
      indicator("[", true, true, false);
      return indicator("]", false, false, false);
    }
    const bool level = context.in_mapping && !indention_;
    const int indent = level ? std::max(context.indent, 0) : deeper(context.indent);
    for (const Json& item : list) {
      indentation(indent);
      indicator("-", true, false, true);
      node(item, {indent});
    }
  }

  void text(const std::string& value, const Context& context) {
    const ScalarStyle style = style_of(value, shape_of(value), context.simple_key);
    const int indent = context.indent < 0 ? kIndent : context.indent + kIndent;
    switch (style) {
      case ScalarStyle::Plain:
        return plain(value, context);
      case ScalarStyle::SingleQuoted:
        return single_quoted(value, indent, !context.simple_key);
      case ScalarStyle::DoubleQuoted:
        return double_quoted(value, indent, !context.simple_key);
      case ScalarStyle::Literal:
        return literal(value, indent);
    }
  }

  void plain(std::string_view value, const Context& context) {
    if (!white_) put(' ');
    const int indent = context.indent < 0 ? kIndent : context.indent + kIndent;
    bool after_space = false;
    for (std::size_t i = 0; i < value.size();) {
      const bool space = value[i] == ' ';
      const bool fold = space && !context.simple_key && !after_space && column_ > kWidth;
      if (fold && !value.substr(i + 1).starts_with(' ')) {
        indentation(indent);
        ++i;
      } else {
        copy(value, i);
        indention_ = indention_ && space;
      }
      after_space = space;
    }
    white_ = false;
    indention_ = false;
  }

  void single_quoted(std::string_view value, int indent, bool may_fold) {
    indicator("'", true, false, false);
    bool after_space = false;
    bool after_break = false;
    for (std::size_t i = 0; i < value.size();) {
      const bool space = value[i] == ' ';
      const bool inside = i > 0 && i + 1 < value.size();
      if (space) {
        const bool fold = may_fold && !after_space && column_ > kWidth && inside && value[i + 1] != ' ';
        if (fold) indentation(indent);
        fold ? static_cast<void>(++i) : copy(value, i);
      } else if (is_break_at(value, i)) {
        copy(value, i);
        column_ = 0;
        indention_ = true;
        after_break = true;
        continue;
      } else {
        if (after_break) indentation(indent);
        if (value[i] == '\'') put('\'');
        copy(value, i);
        indention_ = false;
        after_break = false;
      }
      after_space = space;
    }
    indicator("'", false, false, false);
  }

  void double_quoted(std::string_view value, int indent, bool may_fold) {
    const bool starts_with_mark = value.starts_with("\xEF\xBB\xBF");
    indicator("\"", true, false, false);
    bool after_space = false;
    for (std::size_t i = 0; i < value.size();) {
      const char c = value[i];
      const bool escape =
          !is_printable_at(value, i) || starts_with_mark || is_break_at(value, i) || c == '"' || c == '\\';
      if (escape) {
        put_escaped(value, i);
        after_space = false;
      } else if (c == ' ') {
        const bool inside = i > 0 && i + 1 < value.size();
        if (may_fold && !after_space && column_ > kWidth && inside) {
          indentation(indent);
          if (value[i + 1] == ' ') put('\\');
          ++i;
        } else {
          copy(value, i);
        }
        after_space = true;
      } else {
        copy(value, i);
        after_space = false;
      }
    }
    indicator("\"", false, false, false);
  }

  void put_escaped(std::string_view value, std::size_t& at) {
    const std::size_t width = width_at(value, at);
    auto code = static_cast<unsigned>(static_cast<unsigned char>(value[at]));
    if (width > 1) code &= 0xFFU >> (width + 1);
    for (std::size_t k = 1; k < width && at + k < value.size(); ++k) {
      code = (code << 6U) | (static_cast<unsigned char>(value[at + k]) & 0x3FU);
    }
    at += width;
    put('\\');
    struct Short {
      unsigned code;
      char letter;
    };
    constexpr std::array<Short, 15> kShort{{{0x00, '0'},
                                            {0x07, 'a'},
                                            {0x08, 'b'},
                                            {0x09, 't'},
                                            {0x0A, 'n'},
                                            {0x0B, 'v'},
                                            {0x0C, 'f'},
                                            {0x0D, 'r'},
                                            {0x1B, 'e'},
                                            {0x22, '"'},
                                            {0x5C, '\\'},
                                            {0x85, 'N'},
                                            {0xA0, '_'},
                                            {0x2028, 'L'},
                                            {0x2029, 'P'}}};
    const auto* found =
        std::find_if(kShort.begin(), kShort.end(), [&](const Short& one) { return one.code == code; });
    if (found != kShort.end()) return put(found->letter);
    const unsigned digits = code <= 0xFFU ? 2 : code <= 0xFFFFU ? 4 : 8;
    put(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (unsigned shift = digits * 4; shift > 0; shift -= 4) put(kHex[(code >> (shift - 4)) & 15U]);
  }

  void literal(std::string_view value, int indent) {
    indicator("|", true, false, false);
    if (value[0] == ' ' || is_break_at(value, 0)) indicator("2", false, false, false);
    const std::size_t last = start_of_last(value);
    if (!is_break_at(value, last)) {
      indicator("-", false, false, false);
    } else if (last == 0 || is_break_at(value, start_of_last(value.substr(0, last)))) {
      indicator("+", false, false, false);
    }
    line_break();
    white_ = true;
    bool after_break = true;
    for (std::size_t i = 0; i < value.size();) {
      if (is_break_at(value, i)) {
        copy(value, i);
        column_ = 0;
        after_break = true;
      } else {
        if (after_break) indentation(indent);
        copy(value, i);
        after_break = false;
      }
      indention_ = after_break;
    }
  }

  void indicator(std::string_view sign, bool needs_space, bool is_white, bool is_indention) {
    if (needs_space && !white_) put(' ');
    for (const char c : sign) put(c);
    white_ = is_white;
    indention_ = indention_ && is_indention;
  }

  // To the column, on a new line if there is something on this one.
  void indentation(int column) {
    const int wanted = std::max(column, 0);
    if (!indention_ || column_ > wanted || (column_ == wanted && !white_)) line_break();
    while (column_ < wanted) put(' ');
    white_ = true;
    indention_ = true;
  }

  void line_break() {
    if (!out_.empty()) out_ += '\n';
    column_ = 0;
    indention_ = true;
  }
  void put(char c) {
    out_ += c;
    ++column_;
  }
  void copy(std::string_view value, std::size_t& at) {
    const std::size_t width = width_at(value, at);
    out_ += value.substr(at, width);
    ++column_;
    at += width;
  }

  std::string out_;
  int column_ = 0;
  bool white_ = true;
  bool indention_ = true;
};

}  // namespace

std::string write_yaml(const Json& value) { return Writer().run(value); }

}  // namespace cw::yaml
