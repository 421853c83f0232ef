#include "schemas/path.h"

namespace cw::schemas {

void Path::append(std::string& out, Step keys_as) const {
  if (is_root()) return;
  parent_->append(out, keys_as);
  if (step_ == Step::Item) {
    out.append("[").append(std::to_string(index_)).append("]");
  } else if (step_ == Step::Key && keys_as == Step::Key) {
    out.append("[").append(name_).append("]");
  } else {
    if (!out.empty()) out += '.';
    out.append(name_);
  }
}

std::string Path::dotted() const {
  std::string out;
  append(out, Step::Member);
  return out;
}

std::string Path::text() const {
  std::string out;
  append(out, Step::Key);
  return out;
}

}  // namespace cw::schemas
