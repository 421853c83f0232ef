// Any text into the decoders of all kinds, through both sources: what one parser's text gives, the other's
// gives too; what was decoded is the same after encode and decode.
#include <string>
#include <string_view>

#include "lib/base/encoding.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/api/kinds.h"

namespace cw::fuzz {
namespace {

using api::test::Kind;

template <typename T>
void check_encode(const T& object) {
  const kube::Json once = encode(object);
  const auto again = Kind<T>::decode(once);
  CW_ASSERT(again.has_value());
  CW_ASSERT(encode(*again) == once);
}

// A tree has lost duplicate members, so the two agree only on the text that the tree writes.
template <typename T>
void check_tree(const kube::Json& tree, const std::string& dumped) {
  const auto of_tree = Kind<T>::decode(tree);
  const auto of_text = api::test::decode_parsed<T>(dumped);
  CW_ASSERT(of_tree.has_value() == of_text.has_value());
  if (!of_tree) {
    const Error& error = of_tree.error();
    CW_ASSERT(error.code == Code::Invalid && !error.message.empty() && is_valid_utf8(error.message));
    return;
  }
  CW_ASSERT(*of_tree == *of_text);
  check_encode(*of_tree);
}

template <typename T>
void check_text(const std::string& text, const kube::Json& tree) {
  const auto parsed = api::test::decode_parsed<T>(text);
  if (!parsed) return;
  const auto of_tree = Kind<T>::decode(tree);
  CW_ASSERT(of_tree.has_value() && *of_tree == *parsed);
}

// As the kind that it says it is; as every kind if it says another.
template <typename... Kinds>
void check_all(const std::string& text) {
  const auto tree = kube::parse_json(text);
  if (!tree) return (static_cast<void>(api::test::decode_parsed<Kinds>(text)), ...);
  const kube::Json named = tree->is_object() ? tree->value("kind", kube::Json()) : kube::Json();
  const bool is_ours = ((named == Kind<Kinds>::kResource.kind) || ...);
  const std::string dumped = tree->dump();
  const auto check = [&]<typename T>(const T* /*kind*/) {
    if (is_ours && named != Kind<T>::kResource.kind) return;
    check_tree<T>(*tree, dumped);
    check_text<T>(text, *tree);
  };
  (check(static_cast<const Kinds*>(nullptr)), ...);
}

}  // namespace

void kind(std::string_view input) { check_all<CW_ALL_KINDS>(std::string(input)); }

}  // namespace cw::fuzz
