// Requests from raw DER against what Go's own decoders make of them (tests/data/policy/csr.json: "error":
// cannot be read; "stricter": where we differ on purpose, and why).
#include "lib/policy/request_view.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/pki/pem.h"
#include "lib/pki/uri.h"
#include "tests/unit/policy/policy_scene.h"

namespace cw::policy {
namespace {

using test::Json;
using Strings = std::vector<std::string>;

api::CertificateRequest request_with(std::string_view der) {
  api::CertificateRequest request;
  request.metadata.name = "req";
  request.metadata.name_space = "team";
  request.spec.issuer_ref.name = "corp";
  request.spec.request = kube::Bytes(pki::encode_pem("CERTIFICATE REQUEST", der));
  return request;
}

std::string der_of(const Json& one) { return decode_base64(one["csr"].get<std::string>()).value(); }

Json shown(const RequestView& view) {
  Json json = Json::object();
  const auto put = [&](const char* name, Json list) {
    if (!list.empty()) json[name] = std::move(list);
  };
  Json subject = Json::array();
  for (const SubjectValue& value : view.subject) {
    subject.push_back({value.oid, value.text ? Json(*value.text) : Json()});
  }
  Json others = Json::array();
  for (const OtherNameValues& group : view.other_names) {
    Json one = Json::array({group.oid});
    for (const std::string& value : group.values) one.push_back(value);
    others.push_back(std::move(one));
  }
  Json unnameable = Json::array();
  for (const Unnameable& name : view.unnameable) unnameable.push_back(name.field);
  put("subject", std::move(subject));
  put("dnsNames", view.dns_names);
  put("ipAddresses", view.ip_addresses);
  put("uris", view.uris);
  put("emailAddresses", view.email_addresses);
  // What cannot be decoded hides what it holds.
  if (unnameable != Json::array({""})) put("otherNames", std::move(others));
  put("unnameable", std::move(unnameable));
  if (view.key != KeyView{"Ed25519", -1}) json["key"] = {view.key.algorithm, view.key.size};
  return json;
}

}  // namespace

TEST_CASE("a request is seen as Go sees it, with nothing left out") {
  const Json cases = test::read_policy_cases("csr.json");
  REQUIRE(cases.size() > 150);
  for (const Json& one : cases) {
    INFO(one["name"].get<std::string>());
    const auto view = view_of(request_with(der_of(one)));
    REQUIRE(view.has_value() == !one.contains("error"));
    if (!view) {
      CHECK(view.error().code == Code::Invalid);
      CHECK_FALSE(view.error().message.empty());
      continue;
    }
    CHECK(shown(*view) == one["view"]);
  }
}

TEST_CASE("URIs are compared as Go writes them") {
  for (const Json& one : test::read_policy_cases("uris.json")) {
    const auto uri = one[0].get<std::string>();
    INFO(uri);
    REQUIRE(pki::check_uri(uri).has_value() == !one[1].is_null());
    if (!one[1].is_null()) CHECK(pki::text_of_uri(uri) == one[1].get<std::string>());
  }
}

TEST_CASE("what no policy can name is said with its kind, and in the words of the field") {
  for (const Json& one : test::read_policy_cases("csr.json")) {
    if (one["name"] != "name directoryName twice") continue;
    const auto view = view_of(request_with(der_of(one)));
    REQUIRE(view.has_value());
    REQUIRE(view->unnameable.size() == 2);
    CHECK(view->unnameable[0].detail == "directoryName SAN entries are not permitted");
  }
}

TEST_CASE("the first PEM block counts, whatever is around it") {
  const Json cases = test::read_policy_cases("csr.json");
  const std::string der = der_of(cases[0]);
  api::CertificateRequest request = request_with(der);
  const std::string pem = request.spec.request.text();
  const auto with = [&](const std::string& text) {
    request.spec.request = kube::Bytes(text);
    return view_of(request);
  };
  CHECK(with("note\n" + pem + pem)->dns_names == Strings{"web.example.com", "*.example.com"});
  CHECK(with(pki::encode_pem("NEW CERTIFICATE REQUEST", der)).has_value());
  CHECK_FALSE(with(pki::encode_pem("CERTIFICATE", "no request") + pem).has_value());
  CHECK_FALSE(with(der).has_value());
  CHECK_FALSE(with("").has_value());
}

TEST_CASE("what is not in the CSR comes from the spec, as it is stated there") {
  const Json cases = test::read_policy_cases("csr.json");
  api::CertificateRequest request = request_with(der_of(cases[0]));
  request.spec.is_ca = true;
  request.spec.usages = {"signing", "s/mime"};
  request.spec.duration = std::chrono::hours(1);
  request.spec.username = "jane";
  request.spec.uid = "u1";
  request.spec.groups = {"a", "b"};
  request.spec.extra.set("scopes", kube::List<std::string>{"x"});
  const auto view = view_of(request);
  REQUIRE(view.has_value());
  CHECK(view->name == "req");
  CHECK(view->name_space == "team");
  CHECK(view->issuer == api::IssuerReference{"corp", "Issuer", "cert-manager.io"});
  CHECK(view->is_ca);
  CHECK(view->usages == Strings{"signing", "s/mime"});
  CHECK(view->duration == Duration(std::chrono::hours(1)));
  CHECK(view->requester.username == "jane");
  CHECK(view->requester.uid == "u1");
  CHECK(view->requester.groups == kube::List<std::string>{"a", "b"});
  CHECK(view->requester.extra.contains("scopes"));
}

}  // namespace cw::policy
