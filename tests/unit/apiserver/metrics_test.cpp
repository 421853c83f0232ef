#include "apiserver/metrics.h"

#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "lib/base/metrics_page.h"

namespace cw::apiserver {
namespace {

// What a scraper refuses: a family twice, a sample outside its family, a sample twice.
std::string problem_of(const std::string& page) {
  std::set<std::string> families;
  std::set<std::string> samples;
  std::string family;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      if (!families.insert(family).second) return "twice: " + family;
      continue;
    }
    if (line.starts_with("# TYPE ")) continue;
    const std::size_t value = line.rfind(' ');
    if (value == std::string::npos || !line.starts_with(family)) return "not of " + family + ": " + line;
    if (!samples.insert(line.substr(0, value)).second) return "twice: " + line;
  }
  return {};
}

RequestInfo about(std::string verb, std::string resource) {
  RequestInfo info;
  info.is_resource = true;
  info.verb = std::move(verb);
  info.version = "v1";
  info.resource = std::move(resource);
  info.name_space = "a";
  return info;
}

std::string page_of(const RequestMetrics& metrics) {
  MetricsPage page;
  metrics.append_to(page);
  return page.take();
}

TEST_CASE("requests are counted under the labels of kube-apiserver", "[metrics]") {
  const ResourceTable resources;
  RequestMetrics metrics(resources);
  metrics.end(about("list", "secrets"), {}, 200, std::chrono::milliseconds(30));
  metrics.end(about("list", "secrets"), {}, 200, std::chrono::milliseconds(3));
  const std::string page = page_of(metrics);
  CHECK(problem_of(page).empty());
  const std::string labels =
      "{verb=\"LIST\",dry_run=\"\",group=\"\",version=\"v1\",resource=\"secrets\",subresource=\"\","
      "scope=\"namespace\",component=\"apiserver\"";
  CHECK(page.find("apiserver_request_total" + labels + ",code=\"200\"} 2\n") != std::string::npos);
  CHECK(page.find("apiserver_request_duration_seconds_bucket" + labels + ",le=\"0.005\"} 1\n") !=
        std::string::npos);
  CHECK(page.find("apiserver_request_duration_seconds_bucket" + labels + ",le=\"0.05\"} 2\n") !=
        std::string::npos);
}

TEST_CASE("what is not served adds no labels", "[metrics]") {
  const ResourceTable resources;
  RequestMetrics metrics(resources);
  for (int i = 0; i < 100; ++i) metrics.end(about("get", "made-up-" + std::to_string(i)), {}, 404, {});
  CHECK(page_of(metrics).find("made-up") == std::string::npos);
}

TEST_CASE("what runs is counted while it does", "[metrics]") {
  const ResourceTable resources;
  RequestMetrics metrics(resources);
  auto write = metrics.begin(about("update", "secrets"));
  auto watch = metrics.begin_watch(about("watch", "secrets"), {});
  CHECK(page_of(metrics).find("{request_kind=\"mutating\"} 1") != std::string::npos);
  CHECK(page_of(metrics).find("apiserver_longrunning_requests{verb=\"WATCH\"") != std::string::npos);
  write.reset();
  watch.reset();
  CHECK(page_of(metrics).find("{request_kind=\"mutating\"} 0") != std::string::npos);
  CHECK(problem_of(page_of(metrics)).empty());
}

}  // namespace
}  // namespace cw::apiserver
