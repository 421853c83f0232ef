// Evaluation: one run of an expression. Values that exist already are handed on by address; `room` is where a
// function puts one that it makes. Every step is charged what cel-go would charge; what that leaves out (a
// size() that walks over a long text, say) is charged as work, so that no expression runs for long. Not
// thread-safe. Source: CEL language definition, "Evaluation"; cel-go's runtime costs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/cel/ast.h"
#include "lib/cel/program.h"

namespace cw::cel {

using Arguments = std::span<const Value* const>;

enum class Truth : std::uint8_t { No, Yes, Failed };

// Why there is no value, and at which node. The text is constant storage, for failures may come by the
// hundred thousand and be absorbed.
struct Failure {
  std::string_view text;
  const Node* at = nullptr;
  std::string detail;
};

class Evaluation {
 public:
  Evaluation(const Environment&, std::size_t slots, const std::vector<Value>& bindings, const Limits&);

  // nullptr: failed. The value stays until `room` or what it came from goes.
  const Value* value(const Node&, Value& room);
  Truth truth(const Node&);
  const Failure& failure() const { return failure_; }
  const Environment& environment() const { return environment_; }
  std::uint64_t cost() const { return cost_; }
  // In units of cost, what it took: the cost, or the work where that was more.
  std::uint64_t spent() const;

  // False, for callers to return.
  bool fail(const Node&, std::string_view text);
  bool fail(const Node&, std::string_view text, std::string detail);
  // Cost and work; false once they are used up. Nothing absorbs that failure.
  bool charge(std::uint64_t cost) { return (cost_ += cost) <= limit_ || stop(); }
  bool work(std::uint64_t units) { return (work_ += units) <= work_limit_ || stop(); }
  bool is_stopped() const { return cost_ > limit_ || work_ > work_limit_; }

  // Sizes as costs count them; they are work.
  std::uint64_t size_of(const Value&);
  std::uint64_t characters_of(std::string_view text);
  // What comes of a call, if it is not too large.
  bool give(const Node&, std::string text, Value& room);
  const Pattern* pattern(const Node&, const Text&);

 private:
  bool stop();
  const Value* select(const Node&, Value& room);
  const Value* index(const Node&, Value& room);
  // The part of `of` with this key or number, as an optional.
  const Value* optional_part(const Node&, const Value& of, const Value& key, Value& room);
  const Value* part_of(const Node&, const Value& of, const Value& key);
  const Value* list(const Node&, Value& room);
  const Value* map(const Node&, Value& room);
  const Value* call(const Node&, Value& room);
  const Value* either(const Node&, Value& room);
  const Value* host(const Node&, Arguments, Value& room, std::uint64_t& cost);
  const Value* fold(const Node&, Value& room);
  const Value* collect(const Node& fold, Value& room);
  const Value* transform(const Node& fold, Value& room);
  const Value* sort_by(const Node& fold, Value& room);
  const Value* optional_fold(const Node& fold, Value& room);
  // Whether the filter of a fold, if it has one, lets the element through.
  Truth wanted(const Node& fold);
  // What a list or map that is written out costs: Kubernetes has it made beforehand.
  std::uint64_t literal_cost(std::uint64_t cost) const {
    return environment_.dialect == Dialect::Kubernetes ? 0 : cost;
  }
  Truth has(const Node&);
  Truth logical(const Node&, Truth decisive);
  Truth compared(const Node&);
  Truth quantified(const Node& fold);
  Truth exactly_one(const Node& fold);
  bool charge_call(const Node&, Arguments, const Value* result);
  void charge_failed(const Node&, Arguments);
  std::uint64_t cost_of(CostRule, Arguments, const Value* result);
  std::uint64_t kubernetes_cost(CostRule, Arguments, const Value* result);
  std::uint64_t self_compare_cost(const Value& list);
  std::uint64_t traversal_cost(const Value&);
  std::uint64_t smaller_size(const Value&, const Value&);
  // The elements of a list or the keys of a map, one after the other, until one gives false. With two
  // variables the numbers or keys, and the elements or values.
  template <typename Each>
  bool each_of(const Node& fold, const Value& range, Each each);

  const Environment& environment_;
  std::vector<const Value*> slots_;
  std::uint64_t cost_ = 0;
  std::uint64_t limit_;
  std::uint64_t work_ = 0;  // about a nanosecond each
  std::uint64_t work_limit_;
  Failure failure_;
  Text last_pattern_text_;
  std::shared_ptr<const Pattern> last_pattern_;
};

inline std::string_view view(const Text& text) { return text == nullptr ? std::string_view() : *text; }
inline Value optional_value(const Value* held) {
  return Value(OptionalValue{held == nullptr ? nullptr : std::make_shared<const Value>(*held)});
}
inline Value text_value(std::string text) {
  return Value(Value::Variant(Text(std::make_shared<const std::string>(std::move(text)))));
}

// "string", "list", …: the name of a value's type.
std::string_view type_name(const Value&);
Kind kind_of(const Value&);
// Of a key or number, for messages.
std::string key_text(const Value& key);
// false, 0, empty, null.
bool is_default(const Value&);

}  // namespace cw::cel
