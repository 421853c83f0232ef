// What the world of policy knows, what it announces, and what it says when it may not know.
#include "lib/policy_watch/cluster_world.h"

#include <mutex>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "lib/api/resources.h"
#include "tests/contract/fake_kube.h"

namespace {

using namespace cw;  // tests only

using Annotations = Result<std::optional<kube::Map>>;

struct Watched {
  Watched() {
    world.on_change([this](const policy::WorldChange& change) {
      const std::scoped_lock lock(mutex);
      changes.push_back(change);
    });
  }
  void create(const kube::Resource& resource, const kube::Json& object) {
    REQUIRE(kube.create(resource, object).has_value());
  }
  void refuse(const std::string& plural, Code code) {
    kube.fail_when([plural, code](const contract::Call& call) -> std::optional<Error> {
      if (call.plural != plural) return std::nullopt;
      return Error{code, "no"};
    });
  }
  std::string problem() const {
    const auto answer = world.issuer_annotations({"corp", "", ""}, "team");
    return answer ? std::string() : answer.error().message;
  }
  void start() {
    world.start();
    REQUIRE(wait_for([&] { return world.synced(); }));
    REQUIRE(heard([](const policy::WorldChange& c) { return c.name_space.empty() && c.policy.empty(); }));
    const std::scoped_lock lock(mutex);
    changes.clear();
  }
  static bool wait_for(const std::function<bool()>& reached) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!reached()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
  }
  bool heard(const std::function<bool(const policy::WorldChange&)>& is_it) {
    return wait_for([&] {
      const std::scoped_lock lock(mutex);
      return std::any_of(changes.begin(), changes.end(), is_it);
    });
  }
  bool concerned_all() {
    const std::scoped_lock lock(mutex);
    return std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.name_space.empty(); });
  }

  SystemClock clock;
  contract::FakeKube kube{clock};
  std::mutex mutex;
  std::vector<policy::WorldChange> changes;
  rbac::AccessReviews reviews{kube, clock, std::chrono::milliseconds(0), [](std::chrono::milliseconds) {}};
  policy::ClusterWorld world{
      {.reader = kube, .reviews = reviews, .issuer_annotations = [](const auto&, const auto&) -> Annotations {
         return std::optional<kube::Map>();
       }}};
};

kube::Json a_namespace(const std::string& name, const std::string& env) {
  return {{"metadata", {{"name", name}, {"labels", {{"env", env}}}}}};
}

kube::Json a_policy(const std::string& name) {
  return {{"metadata", {{"name", name}}}, {"spec", {{"selector", {{"issuerRef", kube::Json::object()}}}}}};
}

kube::Json a_role(const kube::Json& metadata, const std::string& policy) {
  return {{"metadata", metadata},
          {"rules",
           {{{"verbs", {"use"}},
             {"apiGroups", {"policy.cert-manager.io"}},
             {"resources", {"certificaterequestpolicies"}},
             {"resourceNames", {policy}}}}}};
}

kube::Json a_binding(const kube::Json& metadata, const std::string& kind) {
  const std::string group = "rbac.authorization.k8s.io";
  return {{"metadata", metadata},
          {"subjects", kube::Json::array({{{"kind", "User"}, {"apiGroup", group}, {"name", "jane"}}})},
          {"roleRef", {{"apiGroup", group}, {"kind", kind}, {"name", "use"}}}};
}

}  // namespace

TEST_CASE("world: without the CRD, or the right to read it, it says which, and nothing is decided",
          "[policy]") {
  Watched watched;
  CHECK(watched.problem().find("certificaterequestpolicies.policy.cert-manager.io") != std::string::npos);
  CHECK_FALSE(watched.world.settled());
  SECTION("no CRD") {
    watched.refuse("certificaterequestpolicies", Code::NotFound);
    REQUIRE(watched.world.list_once().has_value());
    CHECK(watched.problem().find("CustomResourceDefinition certificaterequestpolicies.policy") !=
          std::string::npos);
    CHECK(watched.problem().find("not installed") != std::string::npos);
  }
  SECTION("forbidden") {
    watched.refuse("certificaterequestpolicies", Code::Forbidden);
    REQUIRE(watched.world.list_once().has_value());
    CHECK(watched.problem().find("certificaterequestpolicies.policy.cert-manager.io may not be read") !=
          std::string::npos);
  }
  CHECK(watched.world.settled());
  CHECK_FALSE(watched.world.synced());
  watched.kube.fail_when({});
  REQUIRE(watched.world.list_once().has_value());
  CHECK(watched.problem().empty());
  CHECK(watched.world.synced());
}

TEST_CASE("world: without Namespaces, labels are an error and not empty", "[policy]") {
  Watched watched;
  watched.create(api::kNamespaces, a_namespace("team", "prod"));
  watched.refuse("namespaces", Code::Forbidden);
  REQUIRE(watched.world.list_once().has_value());
  const auto unknown = watched.world.namespace_labels("team");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().message.find("namespaces") != std::string::npos);
  CHECK(watched.problem().empty());
  watched.kube.fail_when({});
  REQUIRE(watched.world.list_once().has_value());
  const auto labels = watched.world.namespace_labels("team");
  REQUIRE(labels.has_value());
  CHECK((*labels)->get("env") == "prod");
  const auto none = watched.world.namespace_labels("nowhere");
  REQUIRE(none.has_value());
  CHECK_FALSE(none->has_value());
}

TEST_CASE("world: a change tells whom it concerns", "[policy]") {
  Watched watched;
  watched.create(api::kNamespaces, a_namespace("team", "dev"));
  watched.start();
  const auto of = [](const std::string& name_space, bool rights) {
    return [=](const policy::WorldChange& c) { return c.name_space == name_space && c.rights == rights; };
  };
  SECTION("a policy: by name") {
    watched.create(api::kCertificateRequestPolicies, a_policy("p"));
    CHECK(watched.heard([](const policy::WorldChange& c) { return c.policy == "p" && !c.rights; }));
    CHECK(watched.world.find_policy("p") != nullptr);
  }
  SECTION("a label: that namespace and no other") {
    REQUIRE(watched.kube
                .merge_patch(api::kNamespaces, {{}, "team"}, kube::Part::Object, a_namespace("team", "prod"))
                .has_value());
    CHECK(watched.heard(of("team", false)));
    CHECK_FALSE(watched.concerned_all());
  }
  SECTION("Role and RoleBinding: their namespace and no other") {
    const kube::Json metadata{{"namespace", "team"}, {"name", "use"}};
    watched.create(api::kRoles, a_role(metadata, "p"));
    watched.create(api::kRoleBindings, a_binding(metadata, "Role"));
    CHECK(watched.heard(of("team", true)));
    CHECK_FALSE(watched.concerned_all());
  }
  SECTION("ClusterRole and ClusterRoleBinding: all") {
    watched.create(api::kClusterRoles, a_role({{"name", "use"}}, "p"));
    watched.create(api::kClusterRoleBindings, a_binding({{"name", "use"}}, "ClusterRole"));
    CHECK(watched.heard(of("", true)));
  }
}

TEST_CASE("world: guesses rights from the bindings it has seen, in their namespace only", "[policy]") {
  Watched watched;
  const kube::Json metadata{{"namespace", "team"}, {"name", "use"}};
  watched.create(api::kRoles, a_role(metadata, "p"));
  watched.create(api::kRoleBindings, a_binding(metadata, "Role"));
  REQUIRE(watched.world.list_once().has_value());
  kube::UserInfo jane;
  jane.username = "jane";
  kube::UserInfo other;
  other.username = "other";
  CHECK(watched.world.probably_may_use(jane, "p", "team"));
  CHECK_FALSE(watched.world.probably_may_use(jane, "q", "team"));
  CHECK_FALSE(watched.world.probably_may_use(jane, "p", "elsewhere"));
  CHECK_FALSE(watched.world.probably_may_use(other, "p", "team"));
}
