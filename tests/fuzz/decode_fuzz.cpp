// Any bytes into the decoders of all kinds, through both sources: never a crash; what one parser's text
// gives, the other's gives too; what was decoded is the same after encode and decode.
#include <cstddef>
#include <cstdint>
#include <string>

#include "lib/base/assert.h"
#include "tests/unit/api/kinds.h"

namespace cw::api {
namespace {

template <typename T>
void check_encode(const T& object) {
  const kube::Json once = encode(object);
  const auto again = test::Kind<T>::decode(once);
  CW_ASSERT(again.has_value());
  CW_ASSERT(encode(*again) == once);
}

// A tree has lost duplicate members, so the two agree only on the text that the tree writes.
template <typename T>
void check_tree(const kube::Json& tree) {
  const auto of_tree = test::Kind<T>::decode(tree);
  const auto of_text = test::decode_parsed<T>(tree.dump());
  CW_ASSERT(of_tree.has_value() == of_text.has_value());
  if (!of_tree) {
    CW_ASSERT(of_tree.error().code == Code::Invalid);
    return;
  }
  CW_ASSERT(*of_tree == *of_text);
  check_encode(*of_tree);
}

template <typename T>
void check_text(const std::string& text) {
  const auto parsed = test::decode_parsed<T>(text);
  const auto tree = kube::parse_json(text);
  if (tree) check_tree<T>(*tree);
  if (!parsed || !tree) return;
  const auto of_tree = test::Kind<T>::decode(*tree);
  CW_ASSERT(of_tree.has_value() && *of_tree == *parsed);
}

template <typename... Kinds>
void check_all(const std::string& text) {
  (check_text<Kinds>(text), ...);
}

}  // namespace
}  // namespace cw::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  cw::api::check_all<CW_ALL_KINDS>(text);
  return 0;
}
