// store_bench DIR [WRITERS] [SECONDS]: durable creates a second of the SQLite store alone, without HTTP, by
// that many threads (16) in that time (3 s), and how many shared a commit. DIR should be on the disk in
// question.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "apiserver/cached_store.h"
#include "apiserver/sqlite_journal.h"

namespace {

using namespace cw;             // NOLINT(google-build-using-namespace)
using namespace cw::apiserver;  // NOLINT(google-build-using-namespace)

// Passes on, and counts.
class CountingJournal final : public Journal {
 public:
  CountingJournal(std::unique_ptr<Journal> inner, std::atomic<long>& commits)
      : inner_(std::move(inner)), commits_(commits) {}
  Result<Revision> recover(const std::function<void(const std::string&, ObjectPtr)>& take) override {
    return inner_->recover(take);
  }
  Status append(std::span<const Change> changes, Revision last) override {
    ++commits_;
    return inner_->append(changes, last);
  }

 private:
  std::unique_ptr<Journal> inner_;
  std::atomic<long>& commits_;
};

std::string text_of(const std::string& name) {
  return canonical_text({{"apiVersion", "v1"},
                         {"kind", "ConfigMap"},
                         {"metadata", {{"name", name}, {"namespace", "ns"}, {"uid", name}}},
                         {"data", {{"padding", std::string(1500, 'x')}}}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int writers = argc > 2 ? std::atoi(argv[2]) : 16;
  const std::chrono::seconds time(argc > 3 ? std::atoi(argv[3]) : 3);
  const SystemClock clock;
  std::atomic<long> commits = 0;
  std::atomic<long> made = 0;
  auto journal = SqliteJournal::open(std::string(argv[1]) + "/store_bench.db");
  if (!journal) return 1;
  auto store =
      CachedStore::open(std::make_unique<CountingJournal>(std::move(journal).value(), commits), clock);
  if (!store) return 1;
  const auto end = std::chrono::steady_clock::now() + time;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (long i = 0; std::chrono::steady_clock::now() < end; ++i) {
        const std::string name = std::to_string(writer) + "-" + std::to_string(i);
        if ((*store)->create({"configmaps", {"ns", name}}, text_of(name))) ++made;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%ld creates/s, %.1f to a commit\n", made.load() / time.count(),
              double(made.load()) / double(std::max(1L, commits.load())));
  return 0;
}
