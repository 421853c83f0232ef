// format() on values.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "lib/base/encoding.h"
#include "lib/cel/format.h"
#include "lib/cel/format_value.h"
#include "lib/cel/functions.h"
#include "lib/cel/moment.h"
#include "lib/cel/older_format.h"

namespace cw::cel {
namespace {

std::string in_base(const Value& value, int base) {
  std::array<char, 72> digits{};
  char* end = digits.data() + digits.size();
  if (const auto* number = value.as<std::int64_t>())
    end = std::to_chars(digits.data(), end, *number, base).ptr;
  if (const auto* number = value.as<std::uint64_t>())
    end = std::to_chars(digits.data(), end, *number, base).ptr;
  return {digits.data(), end};
}

std::string hex(const Value& value, bool upper) {
  std::string text;
  if (const Text* content = value.as<Text>()) {
    text = encode_hex(view(*content));
  } else if (const BytesValue* bytes = value.as<BytesValue>()) {
    text = encode_hex(view(bytes->bytes));
  } else {
    text = in_base(value, 16);
  }
  for (char& c : text) {
    if (upper && c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

double real_of(const Value& value) {
  if (const auto* number = value.as<std::int64_t>()) return static_cast<double>(*number);
  if (const auto* number = value.as<std::uint64_t>()) return static_cast<double>(*number);
  const auto* number = value.as<double>();
  return number == nullptr ? 0 : *number;
}

std::string real(const Value& value, const Clause& clause) {
  const double number = real_of(value);
  if (!std::isfinite(number)) return plain_decimal(number);
  std::array<char, 512> text{};
  (void)std::snprintf(text.data(), text.size(), clause.kind == 'f' ? "%.*f" : "%.*e", clause.precision,
                      number);
  return text.data();
}

std::string clause_text(const Value& value, const Clause& clause) {
  switch (clause.kind) {
    case 'd':
      return value.as<double>() != nullptr ? plain_decimal(real_of(value)) : in_base(value, 10);
    case 'b':
      if (const bool* flag = value.as<bool>()) return *flag ? "1" : "0";
      return in_base(value, 2);
    case 'o':
      return in_base(value, 8);
    case 'x':
    case 'X':
      return hex(value, clause.kind == 'X');
    default:
      return real(value, clause);
  }
}

bool put(Evaluation& run, const Node& node, const Value& value, const Clause& clause, std::string& to) {
  const bool is_older = run.environment().dialect == Dialect::Kubernetes;
  if (is_older && !older_accepts(clause.kind, kind_of(value)))
    return run.fail(node, "", older_problem(clause.kind, type_name(value)));
  if (!clause_accepts(clause.kind, kind_of(value)))
    return run.fail(node, "error during formatting: ", clause_problem(clause.kind, type_name(value)));
  if (clause.kind == 's') {
    if (append_value(run, is_older ? ValueForm::Older : ValueForm::Plain, value, to)) return true;
    return run.fail(node, "error during formatting: a value without text, or too much of it");
  }
  const bool is_text = value.as<Text>() != nullptr || value.as<BytesValue>() != nullptr;
  const std::uint64_t digits = is_text ? run.size_of(value) : static_cast<std::uint64_t>(clause.precision);
  if (!run.work(200 + digits * 8)) return false;
  const auto* number = is_older ? value.as<double>() : nullptr;
  to += number != nullptr ? older_real(*number, clause) : clause_text(value, clause);
  return true;
}

}  // namespace

bool apply_format(Evaluation& run, const Node& node, Arguments arguments, Value& room) {
  const Text* pattern = arguments[0]->as<Text>();
  const ListValue* list = arguments[1]->as<ListValue>();
  if (pattern == nullptr || list == nullptr) return no_overload(run, node);
  if (!run.work(100 + view(*pattern).size() * 30)) return false;
  const FormatPieces pieces = format_pieces(view(*pattern));
  std::string text = pieces.texts.front();
  for (std::size_t i = 0; i < pieces.clauses.size(); ++i) {
    if (*list == nullptr || i >= (*list)->size()) return run.fail(node, "format: index out of range");
    if (!put(run, node, (**list)[i], pieces.clauses[i], text)) return false;
    if (i + 1 < pieces.texts.size()) text += pieces.texts[i + 1];
    if (text.size() > kMaxFormatted) return run.fail(node, "the text is too long");
  }
  if (!pieces.problem.empty()) return run.fail(node, "format: ", pieces.problem);
  return run.give(node, std::move(text), room);
}

}  // namespace cw::cel
