// The suite against a server over HTTP: a real kube-apiserver or our standalone, with our CRDs installed.
// KUBECONFIG_UNDER_TEST names its kubeconfig; without it there is nothing to test here.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "lib/client/kube_client.h"
#include "tests/contract/kube_client_contract.h"

TEST_CASE("the client over HTTP does what every API server does") {
  const char* kubeconfig = std::getenv("KUBECONFIG_UNDER_TEST");
  if (kubeconfig == nullptr) {
    WARN("skipped: KUBECONFIG_UNDER_TEST is not set");
    return;
  }
  auto access = cw::client::load_kubeconfig(kubeconfig);
  if (!access) FAIL(access.error().message);
  // Small pages, so that lists need several.
  auto client =
      cw::client::HttpKubeClient::create(*std::move(access), {.user_agent = "contract", .page_size = 2});
  if (!client) FAIL(client.error().message);
  cw::contract::check_kube_client({.reader = **client, .writer = **client, .may_lack_streams = true});
}
