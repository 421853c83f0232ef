// Tables: an issuance that is under way -> key, request, outcome.
#include <catch2/catch.hpp>

#include "controller/certificates/issue.h"
#include "controller/certificates/next_key.h"
#include "controller/certificates/request.h"
#include "controller/certificates/revisions.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only
using std::chrono::hours;
using std::chrono::seconds;

const UsableKey kUsable{"web-key", test_spki()};

void spec_of(View& view, void (*how)(api::CertificateSpec&)) {
  change(view.certificate, [&](auto& certificate) { how(certificate.spec); });
}

}  // namespace

TEST_CASE("key: one is made if there is none, under the name that the status has promised",
          "[certificates]") {
  auto view = issuing_view();
  view.next_keys.clear();
  auto decision = decide_key(view);
  CHECK(names_of(decision.actions) == "CreateNextKey");
  CHECK(decision.name == "web-key");
  view.status.next_private_key_secret_name.reset();
  CHECK(decide_key(view).name == "web-fresh");
}

TEST_CASE("key: one without a name in the status is adopted", "[certificates]") {
  auto view = issuing_view();
  view.status.next_private_key_secret_name.reset();
  const auto decision = decide_key(view);
  CHECK(decision.actions.empty());
  CHECK(decision.name == "web-key");
  CHECK(decision.usable->spki == test_spki());
}

TEST_CASE("key: one that nobody can use is replaced", "[certificates]") {
  auto view = issuing_view();
  SECTION("not the one that the status names") { view.status.next_private_key_secret_name = "other"; }
  SECTION("unreadable") { view.next_keys[0].spki.clear(); }
  SECTION("of the wrong kind") { view.next_keys[0].violations = {"spec.privateKey.size"}; }
  const auto decision = decide_key(view);
  CHECK_THAT(names_of(decision.actions), Catch::StartsWith("DeleteNextKey:web-key"));
  CHECK_FALSE(decision.usable);
}

TEST_CASE("key: of several only the one that the status names stays", "[certificates]") {
  auto view = issuing_view();
  view.next_keys.push_back({.name = "stray", .uid = "s", .spki = {}, .violations = {}});
  const auto decision = decide_key(view);
  CHECK(names_of(decision.actions) == "DeleteNextKey:stray");
  CHECK_FALSE(decision.usable);
}

TEST_CASE("key: rotationPolicy Never takes the one in the Secret, if there is one that fits",
          "[certificates]") {
  auto view = issuing_view();
  view.next_keys.clear();
  spec_of(view, [](auto& spec) { spec.private_key->rotation_policy = "Never"; });
  SECTION("no Secret yet: a new one") {
    CHECK(std::get<CreateNextKey>(decide_key(view).actions[0]).source == KeySource::Generate);
  }
  view.secret = ready_view().secret;
  SECTION("one that fits: the same") {
    const auto decision = decide_key(view);
    CHECK(std::get<CreateNextKey>(decision.actions[0]).source == KeySource::CopyFromTarget);
    CHECK(names_of(decision.actions) == "CreateNextKey Event:Reused");
  }
  SECTION("unreadable: a new one, with a warning") {
    view.secret->key_problem = "no PEM";
    CHECK(names_of(decide_key(view).actions) == "CreateNextKey Event:DecodeFailed");
  }
  SECTION("one that does not fit: stuck until someone decides") {
    view.secret->key_violations = {"spec.privateKey.size"};
    const auto decision = decide_key(view);
    CHECK(names_of(decision.actions) == "Event:CannotRegenerateKey");
    CHECK_THAT(decision.blocked, Catch::Contains("spec.privateKey.size"));
    CHECK_FALSE(decision.usable);
  }
}

TEST_CASE("key: a policy or an algorithm that does not exist makes none and says so", "[certificates]") {
  auto view = issuing_view();
  view.next_keys.clear();
  SECTION("policy") {
    spec_of(view, [](auto& spec) { spec.private_key->rotation_policy = "Sometimes"; });
  }
  SECTION("size") {
    spec_of(view, [](auto& spec) { spec.private_key->size = 17; });
  }
  const auto decision = decide_key(view);
  CHECK_FALSE(decision.blocked.empty());
  CHECK_FALSE(decision.usable);
}

TEST_CASE("request: the one that answers is kept", "[certificates]") {
  const auto view = issuing_view();
  const auto decision = decide_request(view, kUsable, kStart);
  CHECK(decision.actions.empty());
  CHECK(decision.request == &view.requests[0]);
}

TEST_CASE("request: one is made if none answers; left-overs of this revision go first", "[certificates]") {
  auto view = issuing_view();
  SECTION("none") {
    view.requests.clear();
    CHECK(names_of(decide_request(view, kUsable, kStart).actions) == "CreateRequest:web-1");
    return;
  }
  SECTION("another key") { view.requests[0].key_spki = test_spki(1); }
  SECTION("another spec") { view.requests[0].violations = std::vector<std::string>{"spec.dnsNames"}; }
  SECTION("unreadable") { view.requests[0].violations = Error{Code::Invalid, "x"}; }
  SECTION("no revision") { view.requests[0].revision.reset(); }
  SECTION("failed in the attempt before") {
    change(view.requests[0].object, [](auto& request) {
      set(request, "Ready", "False", "Failed");
      request.status.failure_time = kStart - seconds(1);
    });
  }
  const auto decision = decide_request(view, kUsable, kStart);
  CHECK(names_of(decision.actions) == "DeleteRequest:web-1 CreateRequest:web-1");
}

TEST_CASE("request: one that failed in this attempt is the answer", "[certificates]") {
  auto view = issuing_view();
  change(view.requests[0].object, [](auto& request) {
    set(request, "Ready", "False", "Failed");
    request.status.failure_time = kStart;
  });
  CHECK(decide_request(view, kUsable, kStart).request != nullptr);
}

TEST_CASE("request: earlier revisions are not touched here", "[certificates]") {
  auto view = issuing_view();
  view.status.revision = 4;
  view.requests = {test_request(3), test_request(4)};
  CHECK(names_of(decide_request(view, kUsable, kStart).actions) == "CreateRequest:web-5");
}

TEST_CASE("request: two that answer, or one that is being deleted, are waited out", "[certificates]") {
  auto view = issuing_view();
  SECTION("two") { view.requests.push_back(test_request(1)); }
  SECTION("being deleted") {
    view.requests[0].key_spki = test_spki(1);
    change(view.requests[0].object, [](auto& request) { request.metadata.deletion_timestamp = kStart; });
  }
  const auto decision = decide_request(view, kUsable, kStart);
  CHECK(decision.actions.empty());
  CHECK_FALSE(decision.blocked.empty());
}

TEST_CASE("request: a spec that no CSR can be made of says so", "[certificates]") {
  auto view = issuing_view();
  view.requests.clear();
  spec_of(view, [](auto& spec) { spec.dns_names = {}; });
  const auto decision = decide_request(view, kUsable, kStart);
  CHECK(names_of(decision.actions) == "Event:RequestFailed");
  CHECK_FALSE(decision.blocked.empty());
}

TEST_CASE("request: long names are cut and keep apart", "[certificates]") {
  CHECK(request_name("web", 12) == "web-12");
  const std::string name(233, 'a');
  CHECK(request_name(name, 1) == name + "-1");
  const auto longer = request_name(name + "b", 1);
  CHECK(longer.size() == 168 + 1 + 64 + 2);
  CHECK(longer != request_name(name + "c", 1));
  // The cut ends in a letter or digit.
  const auto dotted = request_name(std::string(167, 'a') + "." + std::string(80, 'b'), 1);
  CHECK(dotted.substr(0, 168) == std::string(167, 'a') + "-");
}

TEST_CASE("issue: what each state of the request means", "[certificates]") {
  auto view = issuing_view();
  auto& request = view.requests[0];
  struct Row {
    const char* type;
    const char* status;
    const char* reason;
    IssueStep step;
    const char* failure;
  };
  const std::vector<Row> rows{
      {"Denied", "True", "Policy", IssueStep::Fail, "Policy"},
      {"InvalidRequest", "True", "BadUsage", IssueStep::Fail, "BadUsage"},
      {"Ready", "False", "Failed", IssueStep::Fail, "Failed"},
      {"Ready", "False", "Pending", IssueStep::Pending, ""},
      {"Ready", "False", "SomethingElse", IssueStep::Pending, ""},
      {"Ready", "True", "Issued", IssueStep::Fail, "InvalidCertificate"},  // without a certificate
  };
  for (const auto& row : rows) {
    auto spoiled = request;
    change(spoiled.object, [&](auto& r) { set(r, row.type, row.status, row.reason, "the words"); });
    const auto decision = decide_issue(spoiled, kUsable, kStart);
    INFO(row.type << "=" << row.status << " " << row.reason);
    CHECK(decision.step == row.step);
    CHECK(decision.reason == row.failure);
    if (row.step == IssueStep::Pending) CHECK_THAT(decision.message, Catch::Contains("the words"));
  }
}

TEST_CASE("issue: a request without an answer is mentioned after a few seconds, not at once",
          "[certificates]") {
  const auto view = issuing_view();
  const auto early = decide_issue(view.requests[0], kUsable, kStart + seconds(4));
  CHECK(early.message.empty());
  CHECK(early.look_again == kStart + seconds(5));
  CHECK_THAT(decide_issue(view.requests[0], kUsable, kStart + seconds(5)).message,
             Catch::Contains("waits for approval"));
}

TEST_CASE("issue: an issued certificate is checked before it is stored", "[certificates]") {
  auto view = issuing_view();
  answer(view);
  CHECK(decide_issue(view.requests[0], kUsable, kStart).step == IssueStep::Issue);
  CHECK(decide_issue(view.requests[0], {"web-key", test_spki(1)}, kStart).reason == "InvalidCertificate");
  CHECK(decide_issue(view.requests[0], kUsable, kStart + hours(24 * 91)).reason == "InvalidCertificate");
}

TEST_CASE("revisions: the newest requests of a Ready Certificate stay", "[certificates]") {
  auto view = ready_view();
  view.requests = {test_request(10), test_request(9), test_request(2)};
  CHECK(names_of(drop_old_requests(view)) == "DeleteRequest:web-2 DeleteRequest:web-9");
  spec_of(view, [](auto& spec) { spec.revision_history_limit = 2; });
  CHECK(names_of(drop_old_requests(view)) == "DeleteRequest:web-2");
  view.status.conditions[0].status = "False";
  CHECK(drop_old_requests(view).empty());
}
