#include "lib/cel/value.h"

namespace cw::cel {

Value Value::of(const std::vector<std::string>& texts) {
  auto values = std::make_shared<std::vector<Value>>();
  values->reserve(texts.size());
  for (const std::string& text : texts) values->push_back(of(text));
  return Value(Variant(ListValue(std::move(values))));
}

}  // namespace cw::cel
