// A store in a file, opened as the server opens it; and what the tests put into one.
#pragma once

#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "apiserver/cached_store.h"
#include "apiserver/sqlite_journal.h"
#include "lib/base/clock.h"

namespace cw::apiserver {

inline const SystemClock kClock;

inline Result<std::unique_ptr<CachedStore>> open_file(const std::string& path) {
  auto journal = SqliteJournal::open(path);
  if (!journal) return journal.error();
  return CachedStore::open(std::move(journal).value(), kClock);
}

inline std::unique_ptr<Store> must_open(const std::string& path) {
  auto store = open_file(path);
  if (!store) FAIL(store.error().message);
  return std::move(store).value();
}

inline StoreKey key_of(int number) { return {"things", {"ns", std::to_string(number)}}; }

inline std::string text_of(int number, std::size_t padding = 200) {
  return canonical_text({{"apiVersion", "v1"},
                         {"kind", "Thing"},
                         {"metadata", {{"name", std::to_string(number)}}},
                         {"data", std::string(padding, 'x')}});
}

}  // namespace cw::apiserver
