// What the files of the store contract share.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/store.h"

namespace cw::contract {

inline constexpr std::chrono::milliseconds kNoWait{0};
inline constexpr std::chrono::milliseconds kLong{60'000};  // only waited for by a store that is broken

struct StoreClaim {
  const char* text;
  void (*check)(apiserver::Store&);
};
// Claims about size, number and concurrency.
std::span<const StoreClaim> store_scale_claims();

inline apiserver::StoreKey thing_key(const std::string& name, const std::string& name_space = "one") {
  return {"things.example.com", {name_space, name}};
}

inline std::string thing_text(const std::string& name, const apiserver::Json& value) {
  return apiserver::canonical_text({{"apiVersion", "example.com/v1"},
                                    {"kind", "Thing"},
                                    {"metadata", {{"name", name}, {"uid", "uid-" + name}}},
                                    {"spec", value}});
}

template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}

template <typename T>
Code code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

inline std::vector<std::string> names_of(const apiserver::Listing& listing) {
  std::vector<std::string> out;
  for (const auto& object : listing.objects)
    out.push_back(object->key().name_space + "/" + object->key().name);
  return out;
}

// Creates things "PREFIX0" to "PREFIX<count-1>" in the namespaces "n0" to "n4", by many threads.
void create_many(apiserver::Store&, const std::string& prefix, int count);

}  // namespace cw::contract
