#include "cli/explain/request_input.h"

#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/explain/manifests.h"

using namespace cw;                // NOLINT(google-build-using-namespace)
using namespace cw::cli::explain;  // NOLINT(google-build-using-namespace)

namespace {

constexpr const char* kTwo = R"(
apiVersion: cert-manager.io/v1
kind: CertificateList
items:
- metadata: {name: a}
- metadata: {name: b, namespace: there}
---
apiVersion: v1
kind: Secret
metadata: {name: c}
)";

CertificateWords words() {
  CertificateWords some;
  some.issuer = "ClusterIssuer/corp";
  return some;
}

}  // namespace

TEST_CASE("a malformed document is an error with its line, not a document less") {
  std::istringstream in("kind: A\n---\nkind: [\n");
  const auto read = read_manifests({"-"}, &in);
  REQUIRE_FALSE(read);
  CHECK(read.error().message.starts_with("<stdin>:"));
  CHECK_FALSE(read_manifests({"/no/such/file.yaml"}, nullptr));
}

TEST_CASE("of several requests the name says which") {
  const auto all = tests::manifests(kTwo);
  CHECK_FALSE(pick_request(all, ""));
  CHECK_FALSE(pick_request(all, "c"));
  const auto found = pick_request(all, "b");
  REQUIRE(found);
  CHECK((*found)["metadata"]["namespace"] == "there");
}

TEST_CASE("a file without a request says so") {
  const auto none = pick_request(tests::manifests("apiVersion: v1\nkind: Secret\n"), "");
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("no Certificate") != std::string::npos);
}

TEST_CASE("flags become the Certificate that they describe") {
  CertificateWords all = words();
  all.name = "web";
  all.issuer_group = "ca.example.org";
  all.common_name = "web.{namespace}";
  all.dns_names = {"a.{namespace}.b.{namespace}", "c"};
  all.ip_addresses = {"10.0.0.1"};
  all.uris = {"spiffe://{namespace}"};
  all.email_addresses = {"a@b.c"};
  all.duration = "24h";
  all.usages = {"server auth"};
  all.is_ca = true;
  all.key_algorithm = "RSA";
  all.key_size = 4096;
  const auto made = certificate_of(all, "ns");
  REQUIRE(made);
  CHECK(*made == kube::Json::parse(R"({"apiVersion":"cert-manager.io/v1","kind":"Certificate",
    "metadata":{"name":"web","namespace":"ns"},
    "spec":{"secretName":"web-tls","issuerRef":{"name":"corp","kind":"ClusterIssuer","group":"ca.example.org"},
      "commonName":"web.ns","dnsNames":["a.ns.b.ns","c"],"ipAddresses":["10.0.0.1"],"uris":["spiffe://ns"],
      "emailAddresses":["a@b.c"],"duration":"24h","usages":["server auth"],"isCA":true,
      "privateKey":{"algorithm":"RSA","size":4096}}})"));
}

TEST_CASE("what is not asked for is not in the Certificate") {
  const auto made = certificate_of(words(), "ns");
  REQUIRE(made);
  CHECK((*made)["spec"].size() == 2);
}

TEST_CASE("an issuer is KIND/NAME, or the name of an Issuer") {
  CertificateWords one = words();
  one.issuer = "corp";
  CHECK((*certificate_of(one, "ns"))["spec"]["issuerRef"]["kind"] == "Issuer");
  for (const char* wrong : {"", "/", "ClusterIssuer/", "/corp", "a/b/c"}) {
    one.issuer = wrong;
    CHECK_FALSE(certificate_of(one, "ns"));
  }
}

TEST_CASE("the namespace of the flags is for objects that name none") {
  kube::Json object = {{"kind", "Certificate"}};
  set_namespace(object, "a");
  CHECK(object["metadata"]["namespace"] == "a");
  set_namespace(object, "b");
  CHECK(object["metadata"]["namespace"] == "a");
}
