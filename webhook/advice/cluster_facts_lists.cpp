#include "webhook/advice/cluster_facts_lists.h"

#include <nlohmann/json.hpp>

namespace cw::webhook {

void become_row(kube::Json& object, const std::vector<std::string>& row) { object = row; }

std::vector<std::string> row_of(kube::Json item, void (*reduce)(kube::Json&)) {
  if (!item.is_array()) reduce(item);
  return item.get<std::vector<std::string>>();
}

}  // namespace cw::webhook
