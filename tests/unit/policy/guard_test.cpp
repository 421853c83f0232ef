#include "lib/policy/guard.h"

#include <catch2/catch.hpp>

namespace cw::policy {
namespace {

const std::string kNamespaces = "certwright.dev/allowed-namespaces";
const std::string kSelector = "certwright.dev/allowed-namespace-selector";
const std::string kDns = "certwright.dev/allowed-dns";
const std::string kKinds = "certwright.dev/allowed-san-kinds";
const std::string kMax = "certwright.dev/max-sans";

std::string path(const std::string& key) { return "metadata.annotations[" + key + "]"; }

RequestView from(const std::string& name_space, std::vector<std::string> dns_names = {}) {
  RequestView request;
  request.name_space = name_space;
  request.dns_names = std::move(dns_names);
  return request;
}

RequestView with_common_name(RequestView request, const std::string& name) {
  request.subject.push_back({"2.5.4.3", name, name});
  return request;
}

std::vector<std::string> fields(const kube::Map& annotations, const RequestView& request,
                                const kube::Map* labels = nullptr) {
  const auto guard = Guard::of(annotations);
  REQUIRE(guard.has_value());
  std::vector<std::string> found;
  for (const Failure& failure : guard->check(request, labels)) {
    CHECK_FALSE(failure.detail.empty());
    CHECK_FALSE(failure.hint.empty());
    found.push_back(failure.field);
  }
  return found;
}

bool allows(const kube::Map& annotations, const RequestView& request, const kube::Map* labels = nullptr) {
  return fields(annotations, request, labels).empty();
}

bool allows_dns(const std::string& patterns, const std::string& name,
                const std::string& name_space = "tenant") {
  return allows({{kDns, patterns}}, from(name_space, {name}));
}

}  // namespace

TEST_CASE("an issuer without these annotations has no guard") {
  CHECK_FALSE(Guard::of({}).has_value());
  CHECK_FALSE(Guard::of({{"example.com/allowed-dns", "x"}, {"certwright.dev/cascade", "2h"}}).has_value());
}

TEST_CASE("namespaces are let in by name, wildcard and exclusion") {
  struct One {
    const char* list;
    const char* name_space;
    bool in;
  };
  for (const One& one : std::initializer_list<One>{{"team-a", "team-a", true},
                                                   {"team-a", "team-ab", false},
                                                   {"team-*", "team-x", true},
                                                   {"team-*", "eteam-x", false},
                                                   {"*-prod", "a-prod", true},
                                                   {"team-*, !team-x", "team-x", false},
                                                   {"!team-x, team-*", "team-x", false},
                                                   {"team-*, !team-x", "team-y", true},
                                                   {"!kube-*", "team", true},
                                                   {"!kube-*", "kube-system", false},
                                                   {" a ,\n b ", "b", true},
                                                   {"*", "any", true}}) {
    INFO(one.list << " / " << one.name_space);
    CHECK(allows({{kNamespaces, one.list}}, from(one.name_space)) == one.in);
  }
  CHECK(fields({{kNamespaces, "a"}}, from("b")) == std::vector<std::string>{path(kNamespaces)});
}

TEST_CASE("namespaces are let in by their labels") {
  const kube::Map prod{{"env", "prod"}, {"tier", "high"}};
  const kube::Map legacy{{"env", "prod"}, {"legacy", ""}};
  const kube::Map none{};
  const std::string selector = "env in (prod,stage), !legacy, tier!=low";
  CHECK(allows({{kSelector, selector}}, from("a"), &prod));
  CHECK_FALSE(allows({{kSelector, selector}}, from("a"), &legacy));
  CHECK_FALSE(allows({{kSelector, selector}}, from("a"), &none));
  CHECK(allows({{kSelector, "env notin (dev)"}}, from("a"), &none));
  CHECK_FALSE(allows({{kSelector, "env notin (prod)"}}, from("a"), &prod));
  // There is no such namespace.
  CHECK_FALSE(allows({{kSelector, "env notin (dev)"}}, from("a"), nullptr));
  CHECK(Guard::of({{kSelector, selector}})->needs_labels());
  CHECK_FALSE(Guard::of({{kNamespaces, "a"}})->needs_labels());
}

TEST_CASE("names and labels must both let a namespace in") {
  const kube::Map prod{{"env", "prod"}};
  const kube::Map both{{kNamespaces, "a"}, {kSelector, "env=prod"}};
  CHECK(allows(both, from("a"), &prod));
  CHECK(fields(both, from("b"), &prod) == std::vector<std::string>{path(kNamespaces)});
  CHECK(fields(both, from("b"), nullptr).size() == 2);
}

TEST_CASE("a pattern's star is one label, two stars are one or more") {
  CHECK(allows_dns("a.example.com", "a.example.com"));
  CHECK(allows_dns("A.Example.com.", "a.exAMPLE.com"));
  CHECK(allows_dns("a.example.com", "a.example.com."));
  CHECK(allows_dns("*.example.com", "a.example.com"));
  CHECK_FALSE(allows_dns("*.example.com", "a.b.example.com"));
  CHECK_FALSE(allows_dns("*.example.com", "example.com"));
  CHECK(allows_dns("**.example.com", "a.example.com"));
  CHECK(allows_dns("**.example.com", "a.b.c.example.com"));
  CHECK_FALSE(allows_dns("**.example.com", "example.com"));
  CHECK_FALSE(allows_dns("**.example.com", "a.example.com.evil"));
  CHECK_FALSE(allows_dns("**.example.com", "aexample.com"));
  CHECK(allows_dns("**.a.**.com", "x.a.a.b.com"));
  CHECK_FALSE(allows_dns("**.a.**.com", "x.a.com"));
  CHECK(allows_dns("a.**", "a.b.c"));
  CHECK(allows_dns("x.y, *.b", "a.b"));
}

TEST_CASE("{namespace} stands for the namespace alone, on label boundaries") {
  CHECK(allows_dns("*.{namespace}.example.com", "a.tenant.example.com"));
  CHECK_FALSE(allows_dns("*.{namespace}.example.com", "a.eviltenant.example.com"));
  CHECK_FALSE(allows_dns("**.{namespace}.example.com", "a.other.example.com"));
  CHECK_FALSE(allows_dns("{namespace}.example.com", "tenant.x.example.com"));
  CHECK(allows_dns("{namespace}-api.example.com", "tenant-api.example.com"));
  CHECK_FALSE(allows_dns("{namespace}-api.example.com", "tenant2-api.example.com"));
  CHECK(allows_dns("{namespace}.{namespace}.x", "tenant.tenant.x"));
  // A namespace cannot write itself into a pattern.
  CHECK_FALSE(allows_dns("{namespace}.example.com", "a.example.com", "*"));
  CHECK_FALSE(allows_dns("{namespace}.example.com", "a.b.example.com", "a.b"));
}

TEST_CASE("a wildcard name needs a star in its place") {
  CHECK(allows_dns("*.example.com", "*.example.com"));
  CHECK(allows_dns("**.example.com", "*.a.example.com"));
  CHECK_FALSE(allows_dns("a.example.com", "*.example.com"));
  CHECK_FALSE(allows_dns("{namespace}.example.com", "*.example.com"));
  CHECK_FALSE(allows_dns("*.*.com", "*.com"));
}

TEST_CASE("a name that no host has is never let through") {
  for (const std::string& name : {std::string("evil.com\0.example.com", 21), std::string("a b.example.com"),
                                  std::string(".example.com"), std::string("a..example.com"), std::string(),
                                  std::string("."), std::string("f*.example.com")}) {
    INFO(name);
    CHECK_FALSE(allows_dns("**.example.com, **, *", name));
  }
}

TEST_CASE("the common name and other kinds cannot walk past the DNS patterns") {
  const kube::Map guard{{kDns, "*.example.com"}};
  CHECK(allows(guard, with_common_name(from("t", {"a.example.com"}), "b.example.com")));
  CHECK(fields(guard, with_common_name(from("t"), "evil.com")) == std::vector<std::string>{path(kDns)});
  RequestView twice = with_common_name(with_common_name(from("t"), "a.example.com"), "evil.com");
  CHECK(fields(guard, twice).size() == 1);
  RequestView odd = from("t");
  odd.subject.push_back({"2.5.4.3", std::nullopt, "0401"});
  CHECK(fields(guard, odd) == std::vector<std::string>{path(kDns)});

  RequestView others = from("t");
  others.ip_addresses = {"10.0.0.1"};
  others.uris = {"https://evil.com"};
  others.email_addresses = {"a@evil.com"};
  others.other_names.push_back({"1.2.3", {"x", "y"}});
  others.unnameable.push_back({"spec.allowed.subjectAltName.directoryName", "directoryName"});
  CHECK(fields(guard, others) == std::vector<std::string>(6, path(kKinds)));
  CHECK(fields({{kDns, "*.example.com"}, {kKinds, "ip, URI, email, otherName"}}, others) ==
        std::vector<std::string>{path(kKinds)});
  CHECK(fields({{kKinds, "ip"}}, others).size() == 5);
  CHECK(allows({{kKinds, ""}}, from("t", {"any.name"})));
}

TEST_CASE("a common name may repeat an address, but no URI that could be a host") {
  const kube::Map guard{{kDns, "*.example.com"}, {kKinds, "ip, uri, email"}};
  RequestView request = from("t");
  request.ip_addresses = {"10.0.0.1"};
  request.uris = {"spiffe://td/x", "evil.com"};
  request.email_addresses = {"a@b.com", "evil.org"};
  for (const char* good : {"10.0.0.1", "spiffe://td/x", "a@b.com"})
    CHECK(allows(guard, with_common_name(request, good)));
  for (const char* bad : {"10.0.0.2", "evil.com", "evil.org"})
    CHECK_FALSE(allows(guard, with_common_name(request, bad)));
}

TEST_CASE("names of all kinds are counted") {
  RequestView request = with_common_name(from("t", {"a", "b"}), "cn");
  request.ip_addresses = {"::1"};
  request.other_names.push_back({"1.2.3", {"x", "y"}});
  CHECK(allows({{kMax, "5"}}, request));
  CHECK(fields({{kMax, "4"}}, request) == std::vector<std::string>{path(kMax)});
  RequestView undecodable = from("t");
  undecodable.unnameable.push_back({"", "cannot be decoded"});
  CHECK_FALSE(allows({{kMax, "5"}}, undecodable));
}

TEST_CASE("a value that cannot be read is refused with its path, and lets nobody in") {
  struct One {
    std::string key;
    const char* value;
    const char* rule;
  };
  for (const One& one :
       std::initializer_list<One>{{kNamespaces, "", "guard.allowed-namespaces"},
                                  {kNamespaces, "a,,b", "guard.allowed-namespaces"},
                                  {kNamespaces, "a,", "guard.allowed-namespaces"},
                                  {kNamespaces, "!", "guard.allowed-namespaces"},
                                  {kNamespaces, "Team", "guard.allowed-namespaces"},
                                  {kNamespaces, "a b", "guard.allowed-namespaces"},
                                  {kSelector, "", "guard.allowed-namespace-selector"},
                                  {kSelector, "a in", "guard.allowed-namespace-selector"},
                                  {kSelector, "a=b=c", "guard.allowed-namespace-selector"},
                                  {kDns, "", "guard.allowed-dns"},
                                  {kDns, "a..b", "guard.allowed-dns"},
                                  {kDns, "f*.b", "guard.allowed-dns"},
                                  {kDns, "***.b", "guard.allowed-dns"},
                                  {kDns, "{name}.b", "guard.allowed-dns"},
                                  {kDns, "https://b", "guard.allowed-dns"},
                                  {kKinds, "dns", "guard.allowed-san-kinds"},
                                  {kKinds, "ip,", "guard.allowed-san-kinds"},
                                  {kMax, "0", "guard.max-sans"},
                                  {kMax, "-1", "guard.max-sans"},
                                  {kMax, "ten", "guard.max-sans"},
                                  {kMax, "99999999999999999999", "guard.max-sans"},
                                  {"certwright.dev/allowed-namespace", "a", "guard.unknown-annotation"}}) {
    INFO(one.key << " = " << one.value);
    const kube::Map annotations{{one.key, one.value}};
    const auto errors = validate_guard(annotations);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].field == path(one.key));
    CHECK(errors[0].rule == one.rule);
    CHECK_FALSE(errors[0].detail.empty());
    if (std::string_view(one.rule) == "guard.unknown-annotation") continue;
    CHECK(fields(annotations, from("a", {"b"})) == std::vector<std::string>{path(one.key)});
  }
  CHECK(validate_guard({{kNamespaces, ""}, {kMax, "0"}}).size() == 2);
  CHECK(
      validate_guard({{kNamespaces, "a"}, {kSelector, "x"}, {kDns, "*"}, {kKinds, ""}, {kMax, "1"}}).empty());
}

}  // namespace cw::policy
