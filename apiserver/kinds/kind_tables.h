// How cells of several tables show their values, as kubectl has them. Pure.
// Source: k8s.io/kubernetes pkg/printers/internalversion/printers.go.
#pragma once

#include <string>
#include <vector>

#include "apiserver/resource_row.h"

namespace cw::apiserver {

// "a,b"
std::string joined_texts(const Json& list);
// "app=web,tier=front"; "<none>" if it is empty.
std::string shown_selector(const Json& labels);
// Addresses, or names where there is none, each once and in order.
std::string shown_balancer_points(const Json& load_balancer);

// At most three, and how many more: "a,b,c + 2 more...".
class ShortList {
 public:
  void add(std::string text);
  std::string shown() const;
  bool empty() const { return count_ == 0; }

 private:
  std::vector<std::string> texts_;
  std::size_t count_ = 0;
};

}  // namespace cw::apiserver
