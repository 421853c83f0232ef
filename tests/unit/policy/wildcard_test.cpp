#include "lib/policy/wildcard.h"

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using cw::policy::matches_wildcard;

namespace {

struct Row {
  std::string pattern;
  std::string text;
  bool matches;
};

// What the definition says, without any cleverness.
bool matches_slowly(const char* pattern, const char* text) {
  if (*pattern == '\0') return *text == '\0';
  if (*pattern == '*') {
    return matches_slowly(pattern + 1, text) || (*text != '\0' && matches_slowly(pattern, text + 1));
  }
  return *pattern == *text && matches_slowly(pattern + 1, text + 1);
}

}  // namespace

TEST_CASE("wildcard: what matches and what does not", "[policy]") {
  const std::vector<Row> rows{
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"*", "", true},
      {"*", "a.b", true},
      {"**", "", true},
      {"a", "a", true},
      {"a", "A", false},
      {"a*", "a", true},
      {"a*", "ab", true},
      {"a*", "ba", false},
      {"*a", "ba", true},
      {"*a", "ab", false},
      {"*a*", "bab", true},
      {"a*a", "a", false},
      {"a*a", "aa", true},
      {"ab*ba", "aba", false},
      {"*.example.com", "a.example.com", true},
      {"*.example.com", "a.b.example.com", true},
      {"*.example.com", "*.example.com", true},
      {"*.example.com", ".example.com", true},
      {"*.example.com", "example.com", false},
      {"*.example.com", "a.example.com.evil", false},
      {"a*b*c", "a-b-c", true},
      {"a*b*c", "a-c-b", false},
      {"a*bc*d", "abbcd", true},
      {"*aab*", "aaab", true},
      {"?", "a", false},
      {"?", "?", true},
      {"[a]", "a", false},
      {"\\*", "*", false},
      {"\\*", "\\anything", true},
      {"é*", "éa", true},
      {"*é", "aé", true},
      {"a b*", "a bc", true},
      {"*\n", "a\n", true},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " | " << row.text);
    CHECK(matches_wildcard(row.pattern, row.text) == row.matches);
  }
}

TEST_CASE("wildcard: all short patterns and texts, against the definition", "[policy]") {
  std::vector<std::string> patterns{""};
  std::vector<std::string> texts{""};
  const auto grow = [](std::vector<std::string>& all, const std::string& letters, std::size_t length) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].size() == length) break;
      for (const char c : letters) all.push_back(all[i] + c);
    }
  };
  grow(patterns, "ab*", 5);
  grow(texts, "ab", 5);
  int wrong = 0;
  for (const std::string& pattern : patterns) {
    for (const std::string& text : texts) {
      wrong += matches_wildcard(pattern, text) != matches_slowly(pattern.c_str(), text.c_str()) ? 1 : 0;
    }
  }
  CHECK(patterns.size() == 364);
  CHECK(wrong == 0);
}

TEST_CASE("wildcard: hostile patterns end at once", "[policy]") {
  const std::string text(100'000, 'a');
  std::string stars;
  for (int i = 0; i < 20'000; ++i) stars += "a*";
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(matches_wildcard(stars + "b", text));
  CHECK(matches_wildcard(stars, text));
  CHECK_FALSE(matches_wildcard("*" + std::string(50'000, 'a') + "b*", text));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
