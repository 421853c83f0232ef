#include "lib/kube/fields.h"

#include <catch2/catch.hpp>

namespace cw::kube {
namespace {

TEST_CASE("a list knows absent from empty") {
  const List<std::string> absent;
  const List<std::string> empty{std::vector<std::string>{}};
  CHECK_FALSE(absent.present());
  CHECK(empty.present());
  CHECK(absent.empty());
  CHECK(empty.empty());
  CHECK(absent != empty);
  CHECK(same_items(absent, empty));
}

TEST_CASE("adding to an absent list makes it present") {
  List<std::string> list;
  list.push_back("a");
  CHECK(list.present());
  CHECK(list == List<std::string>{"a"});
  list.emplace_back() = "b";
  CHECK(list.back() == "b");
  list.erase_at(0);
  CHECK(list == List<std::string>{"b"});
}

TEST_CASE("a map sorts its keys and of equal ones keeps the last") {
  const Map map{{"b", "1"}, {"a", "2"}, {"b", "3"}, {"c", "4"}, {"b", "5"}};
  std::string seen;
  for (const auto& [key, value] : map) seen += key + value + " ";
  CHECK(seen == "a2 b5 c4 ");
}

TEST_CASE("a map finds, sets and erases by key") {
  Map map;
  CHECK_FALSE(map.present());
  CHECK(map.find("a") == nullptr);
  CHECK(map.get("a").empty());
  map.set("b", "1");
  map.set("a", "2");
  map.set("b", "3");
  CHECK(map.present());
  CHECK(map == Map{{"a", "2"}, {"b", "3"}});
  CHECK(map.get("b") == "3");
  map.erase("a");
  map.erase("zzz");
  CHECK_FALSE(map.contains("a"));
  CHECK(map.size() == 1);
}

TEST_CASE("a map knows absent from empty") {
  const Map empty{std::vector<Map::Entry>{}};
  CHECK(Map{} != empty);
  CHECK(same_entries(Map{}, empty));
  CHECK_FALSE(same_entries(Map{{"a", "1"}}, Map{{"a", "2"}}));
}

TEST_CASE("bytes know absent from empty") {
  CHECK(Bytes{} != Bytes{""});
  CHECK(Bytes{}.empty());
  CHECK(Bytes{"x"}.text() == "x");
}

TEST_CASE("a quantity has digits and at most a suffix or an exponent") {
  const auto* good = GENERATE("0", "1", "500m", "1Gi", "1.5", ".5", "5.", "-1", "+1k", "1e3", "1E-3", "1E",
                              "12e+6", "100u", "7n", "1Pi", "1Ei");
  CHECK(is_quantity(good));
  const auto* bad = GENERATE("", "m", ".", "-", "1 Gi", "1gi", "1K", "1mi", "1e", "1e+", "1.2.3", "0x1",
                             "1Gi1", "--1", "NaN");
  CHECK_FALSE(is_quantity(bad));
}

}  // namespace
}  // namespace cw::kube
