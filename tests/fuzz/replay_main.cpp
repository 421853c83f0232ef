// fuzz_replay FOLDER…: every file of FOLDER/<target>/ through that target. An input that crashes ends it,
// with the name of the input before; one that takes longer than kBound fails it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/targets.h"

namespace {

using namespace cw;  // NOLINT(google-build-using-namespace)

struct Target {
  std::string_view name;
  void (*run)(std::string_view);
};

constexpr Target kTargets[] = {
    {"acme", fuzz::acme},
    {"cel", fuzz::cel},
    {"chunks", fuzz::chunks},
    {"crd", fuzz::crd},
    {"csr", fuzz::csr},
    {"json_error", fuzz::json_error},
    {"json_patch", fuzz::json_patch},
    {"kind", fuzz::kind},
    {"manifest", fuzz::manifest},
    {"patch", fuzz::patch},
    {"pem", fuzz::pem},
    {"policy_view", fuzz::policy_view},
    {"protobuf", fuzz::protobuf},
    {"request_frame", fuzz::request_frame},
    {"review", fuzz::review},
    {"router", fuzz::router},
    {"selectors", fuzz::selectors},
    {"ssa", fuzz::ssa},
    {"text", fuzz::text},
    {"typed", fuzz::typed},
};

// As libFuzzer's -timeout in tools/fuzz, times what a busy machine may take.
constexpr std::chrono::seconds kBound{30};

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int replay(const Target& target, const std::filesystem::path& folder) {
  int slow = 0;
  const auto files = files_in(folder / target.name);
  for (const auto& file : files) {
    const std::string input = read(file);
    // Known before it runs: a crash says nothing of its input.
    (void)std::fprintf(stderr, "%s\n", file.c_str());
    const auto start = std::chrono::steady_clock::now();
    target.run(input);
    if (std::chrono::steady_clock::now() - start <= kBound) continue;
    std::printf("FAIL %s takes longer than %lld s\n", file.c_str(), static_cast<long long>(kBound.count()));
    ++slow;
  }
  std::printf("%s: %zu inputs of %s\n", std::string(target.name).c_str(), files.size(), folder.c_str());
  return slow;
}

}  // namespace

int main(int count, char** arguments) {
  int failures = 0;
  for (int i = 1; i < count; ++i) {
    for (const Target& target : kTargets) failures += replay(target, arguments[i]);
  }
  return failures > 0 || count < 2 ? 1 : 0;
}
