#include "apiserver/kinds/kind_tables.h"

#include <set>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {

std::string joined_texts(const Json& list) {
  std::string out;
  for (const Json& item : list) {
    if (!out.empty()) out += ',';
    out += item.is_string() ? item.get<std::string>() : dumped(item);
  }
  return out;
}

std::string shown_selector(const Json& labels) {
  std::string out;
  for (const auto& [key, value] : labels.items()) {
    if (!out.empty()) out += ',';
    out += key + "=" + (value.is_string() ? value.get<std::string>() : std::string());
  }
  return out.empty() ? "<none>" : out;
}

std::string shown_balancer_points(const Json& load_balancer) {
  std::set<std::string> points;
  for (const Json& point : array_member(load_balancer, "ingress")) {
    const std::string ip = text_member(point, "ip");
    const std::string shown = ip.empty() ? text_member(point, "hostname") : ip;
    if (!shown.empty()) points.insert(shown);
  }
  return joined_texts(Json(points));
}

void ShortList::add(std::string text) {
  constexpr std::size_t kShown = 3;
  ++count_;
  if (texts_.size() < kShown) texts_.push_back(std::move(text));
}

std::string ShortList::shown() const {
  std::string out = joined_texts(Json(texts_));
  if (out.empty()) return "<none>";
  if (count_ > texts_.size()) out += " + " + std::to_string(count_ - texts_.size()) + " more...";
  return out;
}

}  // namespace cw::apiserver
