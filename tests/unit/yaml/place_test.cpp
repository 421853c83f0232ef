#include "lib/yaml/place.h"

#include <catch2/catch.hpp>

using namespace cw;  // NOLINT(google-build-using-namespace)

TEST_CASE("a path finds its value, or the nearest one around it") {
  yaml::PlaceTree tree({1, 1});
  const auto spec = tree.add_member(yaml::PlaceTree::kRoot, "spec", {2, 1});
  const auto list = tree.add_member(spec, "dnsNames", {3, 3});
  tree.add_item(list, {4, 5});
  tree.add_item(list, {5, 5});
  CHECK(tree.find("spec.dnsNames[1]") == yaml::Place{5, 5});
  CHECK(tree.find("spec.dnsNames[7]") == yaml::Place{3, 3});
  CHECK(tree.find("spec.other.deeper[0]") == yaml::Place{2, 1});
  CHECK(tree.find("spec.dnsNamesX") == yaml::Place{2, 1});
  CHECK(tree.find("") == yaml::Place{1, 1});
  CHECK(tree.find("[1]", list) == yaml::Place{5, 5});
}

TEST_CASE("keys with dots and in brackets are found, the longest that fits first") {
  yaml::PlaceTree tree({1, 1});
  tree.add_member(yaml::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(yaml::PlaceTree::kRoot, "a.b/c", {3, 1});
  tree.add_member(yaml::PlaceTree::kRoot, "0", {4, 1});
  CHECK(tree.find("a") == yaml::Place{2, 1});
  CHECK(tree.find("a.b/c") == yaml::Place{3, 1});
  CHECK(tree.find("[a.b/c]") == yaml::Place{3, 1});
  CHECK(tree.find("[0]") == yaml::Place{4, 1});
  CHECK(tree.find("[a") == yaml::Place{1, 1});
}

TEST_CASE("of a member that stands twice the last is found") {
  yaml::PlaceTree tree({1, 1});
  tree.add_member(yaml::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(yaml::PlaceTree::kRoot, "a", {3, 1});
  CHECK(tree.find("a") == yaml::Place{3, 1});
}
