#include "lib/client/kubeconfig.h"

#include <catch2/catch.hpp>

#include "tests/unit/client/scratch_directory.h"

using cw::Code;
using cw::client::load_kubeconfig;
using cw::client::parse_kubeconfig;
using cw::client::test::ScratchDirectory;

namespace {

// A kubeconfig whose cluster and user have these members.
std::string config(const std::string& cluster, const std::string& user = "{}") {
  return "apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts:\n- name: other\n  context: "
         "{cluster: x}\n"
         "- name: here\n  context: {cluster: c, user: u, namespace: team}\nclusters:\n- name: c\n  "
         "cluster: " +
         cluster + "\nusers:\n- name: u\n  user: " + user + "\n";
}

const std::string kCluster = "{server: 'https://10.0.0.1:6443'}";

std::string error_of(const std::string& yaml) {
  const auto access = parse_kubeconfig(yaml, "/nowhere");
  return access ? "" : access.error().message;
}

}  // namespace

TEST_CASE("the current context says where, as whom and in which namespace") {
  const auto access = parse_kubeconfig(config("{server: 'https://10.0.0.1:6443', tls-server-name: api.test, "
                                              "certificate-authority-data: Q0E=}",
                                              "{client-certificate-data: Q1JU, client-key-data: S0VZ}"),
                                       "");
  REQUIRE(access);
  CHECK(access->http.base_url == "https://10.0.0.1:6443");
  CHECK(access->http.server_name == "api.test");
  CHECK(access->http.ca_pem == "CA");
  CHECK(access->http.certificate_pem == "CRT");
  CHECK(access->http.private_key_pem == "KEY");
  CHECK_FALSE(access->http.skip_verification);
  CHECK(access->name_space == "team");
  CHECK(access->path_prefix.empty());
}

TEST_CASE("a server behind a path keeps its prefix") {
  const auto access = parse_kubeconfig(config("{server: 'https://rancher.test/k8s/clusters/c-1/'}"), "");
  REQUIRE(access);
  CHECK(access->http.base_url == "https://rancher.test");
  CHECK(access->path_prefix == "/k8s/clusters/c-1");
}

TEST_CASE("files are found relative to the kubeconfig") {
  const ScratchDirectory directory;
  directory.write("ca.pem", "CA");
  directory.write("crt.pem", "CRT");
  const std::string key = directory.write("key.pem", "KEY");
  directory.write("token", "T");
  const auto path = directory.write(
      "config", config("{server: 'https://a', certificate-authority: ca.pem}",
                       "{client-certificate: ./crt.pem, client-key: " + key + ", tokenFile: token}"));
  const auto access = load_kubeconfig(path);
  REQUIRE(access);
  CHECK(access->http.ca_pem == "CA");
  CHECK(access->http.certificate_pem == "CRT");
  CHECK(access->http.private_key_pem == "KEY");
  CHECK(access->http.bearer_token_file == directory.path() + "/token");
}

TEST_CASE("inline data wins over a file") {
  const auto access = parse_kubeconfig(
      config("{server: 'https://a', certificate-authority: /no/file, certificate-authority-data: Q0E=}"), "");
  REQUIRE(access);
  CHECK(access->http.ca_pem == "CA");
}

TEST_CASE("JSON is YAML") {
  CHECK(parse_kubeconfig(
      R"({"current-context":"a","contexts":[{"name":"a","context":{"cluster":"b","user":""}}],
                             "clusters":[{"name":"b","cluster":{"server":"http://127.0.0.1:8080"}}],"users":null})",
      ""));
}

TEST_CASE("a context that is named goes before the current one") {
  const std::string yaml =
      R"({"current-context":"a","contexts":[{"name":"a","context":{"cluster":"a"}},
                                            {"name":"b","context":{"cluster":"b","namespace":"n"}}],
          "clusters":[{"name":"a","cluster":{"server":"https://a.test"}},
                      {"name":"b","cluster":{"server":"https://b.test"}}]})";
  CHECK(parse_kubeconfig(yaml, "")->http.base_url == "https://a.test");
  const auto access = parse_kubeconfig(yaml, "", "b");
  REQUIRE(access);
  CHECK(access->http.base_url == "https://b.test");
  CHECK(access->name_space == "n");
  CHECK_FALSE(parse_kubeconfig(yaml, "", "c"));
}

TEST_CASE("an error names the field and what is wrong with it") {
  CHECK(error_of("{}") == "current-context: is not set");
  CHECK(error_of("current-context: x") == "contexts: there is none with the name \"x\"");
  CHECK(error_of(config("{}")) == "clusters[0].cluster.server: is missing");
  CHECK(error_of(config("{server: [1]}")) == "clusters[0].cluster.server: has to be a string");
  CHECK(error_of(config("[]")) == "clusters[0].cluster: is missing or no mapping");
  CHECK(error_of(config("{server: a, proxy-url: b}")) == "clusters[0].cluster.proxy-url: is not supported");
  CHECK(error_of(config("{server: 'https://a', certificate-authority-data: '%'}")) ==
        "clusters[0].cluster.certificate-authority-data: is not base64");
  CHECK(error_of(config("{server: 'https://a', insecure-skip-tls-verify: maybe}")) ==
        "clusters[0].cluster.insecure-skip-tls-verify: has to be true or false");
  CHECK(error_of(config(kCluster, "{client-key-data: S0VZ}")) ==
        "users[0].user: client-certificate and client-key belong together");
  CHECK(error_of(config(kCluster, "{exec: {command: sh}}")) == "users[0].user.exec: is not supported");
}

TEST_CASE("a file reference that cannot be read is an error with the file's name") {
  const std::string message = error_of(config("{server: 'https://a', certificate-authority: ca.pem}"));
  CHECK(message.find("certificate-authority") != std::string::npos);
  CHECK(message.find("/nowhere/ca.pem") != std::string::npos);
}

TEST_CASE("no verification beside a certificate authority is refused, alone it is taken") {
  CHECK_FALSE(error_of(config("{server: 'https://a', insecure-skip-tls-verify: true, "
                              "certificate-authority-data: Q0E=}"))
                  .empty());
  const auto access = parse_kubeconfig(config("{server: 'https://a', insecure-skip-tls-verify: true}"), "");
  REQUIRE(access);
  CHECK(access->http.skip_verification);
}

TEST_CASE("what is no kubeconfig is refused without harm") {
  const std::string deep(100000, '[');
  const std::string laughs =
      "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
      "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\ncurrent-context: *e\n";
  for (const std::string& bad :
       {std::string(), std::string("just text"), std::string("[1, 2]"), std::string("{a: "),
        std::string("\t: x"), std::string("a: b: c"), std::string("\xff\xfe\0\x01", 4),
        std::string(2UL << 20U, 'x'), deep, laughs, std::string("current-context: a\ncontexts: {}"),
        std::string("current-context: a\ncontexts: [1]"), std::string("current-context: [a]"),
        std::string("&a {current-context: *a}")}) {
    const auto access = parse_kubeconfig(bad, "");
    REQUIRE_FALSE(access);
    CHECK(access.error().code == Code::Invalid);
  }
}

TEST_CASE("a kubeconfig that does not exist is Unavailable") {
  const auto access = load_kubeconfig("/no/such/file");
  REQUIRE_FALSE(access);
  CHECK(access.error().code == Code::Unavailable);
  CHECK(access.error().message.find("/no/such/file") != std::string::npos);
}
