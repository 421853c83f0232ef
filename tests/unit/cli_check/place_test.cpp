#include "cli/check/place.h"

#include <catch2/catch.hpp>

using namespace cw::cli;  // NOLINT(google-build-using-namespace)

TEST_CASE("a path finds its value, or the nearest one around it") {
  check::PlaceTree tree({1, 1});
  const auto spec = tree.add_member(check::PlaceTree::kRoot, "spec", {2, 1});
  const auto list = tree.add_member(spec, "dnsNames", {3, 3});
  tree.add_item(list, {4, 5});
  tree.add_item(list, {5, 5});
  CHECK(tree.find("spec.dnsNames[1]") == check::Place{5, 5});
  CHECK(tree.find("spec.dnsNames[7]") == check::Place{3, 3});
  CHECK(tree.find("spec.other.deeper[0]") == check::Place{2, 1});
  CHECK(tree.find("spec.dnsNamesX") == check::Place{2, 1});
  CHECK(tree.find("") == check::Place{1, 1});
  CHECK(tree.find("[1]", list) == check::Place{5, 5});
}

TEST_CASE("keys with dots and in brackets are found, the longest that fits first") {
  check::PlaceTree tree({1, 1});
  tree.add_member(check::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(check::PlaceTree::kRoot, "a.b/c", {3, 1});
  tree.add_member(check::PlaceTree::kRoot, "0", {4, 1});
  CHECK(tree.find("a") == check::Place{2, 1});
  CHECK(tree.find("a.b/c") == check::Place{3, 1});
  CHECK(tree.find("[a.b/c]") == check::Place{3, 1});
  CHECK(tree.find("[0]") == check::Place{4, 1});
  CHECK(tree.find("[a") == check::Place{1, 1});
}

TEST_CASE("of a member that stands twice the last is found") {
  check::PlaceTree tree({1, 1});
  tree.add_member(check::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(check::PlaceTree::kRoot, "a", {3, 1});
  CHECK(tree.find("a") == check::Place{3, 1});
}
