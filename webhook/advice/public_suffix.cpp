#include "webhook/advice/public_suffix.h"

#include <libpsl.h>

namespace cw::webhook {

bool is_public_suffix(const std::string& domain) {
  const psl_ctx_t* list = psl_builtin();
  if (list == nullptr || domain.empty()) return false;
  return psl_is_public_suffix2(list, domain.c_str(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

}  // namespace cw::webhook
