#include "lib/cel/literal_checks.h"

#include <string>

#include "lib/cel/evaluation.h"
#include "lib/cel/literal.h"
#include "lib/cel/moment.h"
#include "lib/cel/pattern.h"

namespace cw::cel {
namespace {

class LiteralChecks {
 public:
  explicit LiteralChecks(Shapes& shapes) : shapes_(shapes) {}

  // `mixed`: within a format(), whose list may hold anything.
  void visit(const Node& node, bool mixed) {
    if (node.kind == NodeKind::List && !mixed) elements(node, 0, 1);
    if (node.kind == NodeKind::Map && !mixed) {
      elements(node, 0, 2);
      elements(node, 1, 2);
    }
    if (node.kind == NodeKind::Call) call(node);
    const bool is_format = node.kind == NodeKind::Call && node.op == Op::Format;
    for (const Node* child : node.children) visit(*child, mixed || is_format);
  }

  std::vector<Mistake> take() { return std::move(mistakes_); }

 private:
  const Shape* shape_of(const Node& node) {
    const Shape* shape = shapes_.resolved(node.shape, true);
    return node.is_spread && shape->kind == Kind::Optional ? shape->first : shape;
  }

  void elements(const Node& node, std::size_t from, std::size_t step) {
    const Shape* first = nullptr;
    for (std::size_t i = from; i < node.children.size(); i += step) {
      const Shape* shape = shape_of(*node.children[i]);
      if (first == nullptr) first = shape;
      if (Shapes::same(first, shape)) continue;
      mistakes_.push_back({node.children[i]->offset, "expected type '" + Shapes::text(first) +
                                                         "' but found '" + Shapes::text(shape) + "'"});
      if (step == 1) return;
    }
  }

  static const Text* constant_text(const Node& node, std::size_t index) {
    const Node& child = *node.children[index];
    return child.kind == NodeKind::Constant ? child.constant.as<Text>() : nullptr;
  }

  void call(const Node& node) {
    switch (node.op) {
      case Op::Matches: {
        // As in cel-go, of matches(text, pattern) the text.
        const std::size_t index = node.is_member ? 1 : 0;
        const Text* text = constant_text(node, index);
        if (text != nullptr && !problem_of(view(*text)).empty()) invalid(node, index, "matches");
        return;
      }
      case Op::ToDuration:
        if (const Text* text = constant_text(node, 0); text != nullptr && !parse_span(view(*text)))
          return invalid(node, 0, "duration");
        return conversion(node);
      case Op::ToTimestamp:
        if (const Text* text = constant_text(node, 0); text != nullptr && !parse_timestamp(view(*text)))
          return invalid(node, 0, "timestamp");
        return conversion(node);
      case Op::Find:
      case Op::FindAll: {
        const Text* text = constant_text(node, 1);
        if (text == nullptr) return;
        if (std::string why = problem_of(view(*text)); !why.empty()) no_program(node, why);
        return;
      }
      default:
        return conversion(node);
    }
  }

  // Of a text that is written out: made when the program is, and through dyn() as well.
  void conversion(const Node& node) {
    if (node.op < Op::ToBool || node.op > Op::ToUint || node.children.size() != 1) return;
    const Node& child = *node.children[0];
    const Text* text = constant_text(child.op == Op::ToDyn ? child : node, 0);
    if (text == nullptr) return;
    const std::string_view content = view(*text);
    const auto want = [&](bool is_sound, const char* to) {
      if (!is_sound) no_program(node, std::string("type conversion error from 'string' to '") + to + "'");
    };
    if (node.op == Op::ToInt) want(go_int(content).has_value(), "int");
    if (node.op == Op::ToUint) want(go_uint(content).has_value(), "uint");
    if (node.op == Op::ToDouble) want(go_double(content).has_value(), "double");
    if (node.op == Op::ToBool) want(go_bool(content).has_value(), "bool");
    if (node.op == Op::ToDuration) want(parse_span(content).has_value(), "google.protobuf.Duration");
    if (node.op == Op::ToTimestamp) want(parse_timestamp(content).has_value(), "google.protobuf.Timestamp");
  }

  // What is wrong with a pattern. Beyond so much work they are left to when the expression runs.
  std::string problem_of(std::string_view text) {
    pattern_work_ += Pattern::work_expected(text);
    if (pattern_work_ > Pattern::kMostWork) return {};
    const Pattern pattern(text);
    return pattern.is_sound() ? std::string() : pattern.go_problem();
  }

  void invalid(const Node& node, std::size_t index, const char* name) {
    mistakes_.push_back({node.children[index]->offset, std::string("invalid ") + name + " argument"});
  }
  void no_program(const Node& node, const std::string& why) {
    mistakes_.push_back({node.offset, "program instantiation failed: " + why});
  }

  Shapes& shapes_;
  std::uint64_t pattern_work_ = 0;
  std::vector<Mistake> mistakes_;
};

}  // namespace

std::vector<Mistake> literal_mistakes(const Node& root, Shapes& shapes) {
  LiteralChecks checks(shapes);
  checks.visit(root, false);
  return checks.take();
}

}  // namespace cw::cel
