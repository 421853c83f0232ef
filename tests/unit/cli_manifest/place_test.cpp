#include "cli/manifest/place.h"

#include <catch2/catch.hpp>

using namespace cw::cli;  // NOLINT(google-build-using-namespace)

TEST_CASE("a path finds its value, or the nearest one around it") {
  manifest::PlaceTree tree({1, 1});
  const auto spec = tree.add_member(manifest::PlaceTree::kRoot, "spec", {2, 1});
  const auto list = tree.add_member(spec, "dnsNames", {3, 3});
  tree.add_item(list, {4, 5});
  tree.add_item(list, {5, 5});
  CHECK(tree.find("spec.dnsNames[1]") == manifest::Place{5, 5});
  CHECK(tree.find("spec.dnsNames[7]") == manifest::Place{3, 3});
  CHECK(tree.find("spec.other.deeper[0]") == manifest::Place{2, 1});
  CHECK(tree.find("spec.dnsNamesX") == manifest::Place{2, 1});
  CHECK(tree.find("") == manifest::Place{1, 1});
  CHECK(tree.find("[1]", list) == manifest::Place{5, 5});
}

TEST_CASE("keys with dots and in brackets are found, the longest that fits first") {
  manifest::PlaceTree tree({1, 1});
  tree.add_member(manifest::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(manifest::PlaceTree::kRoot, "a.b/c", {3, 1});
  tree.add_member(manifest::PlaceTree::kRoot, "0", {4, 1});
  CHECK(tree.find("a") == manifest::Place{2, 1});
  CHECK(tree.find("a.b/c") == manifest::Place{3, 1});
  CHECK(tree.find("[a.b/c]") == manifest::Place{3, 1});
  CHECK(tree.find("[0]") == manifest::Place{4, 1});
  CHECK(tree.find("[a") == manifest::Place{1, 1});
}

TEST_CASE("of a member that stands twice the last is found") {
  manifest::PlaceTree tree({1, 1});
  tree.add_member(manifest::PlaceTree::kRoot, "a", {2, 1});
  tree.add_member(manifest::PlaceTree::kRoot, "a", {3, 1});
  CHECK(tree.find("a") == manifest::Place{3, 1});
}
