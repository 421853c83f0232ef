// From a CertificateRequest to its Order, and back with the certificate.
#include "lib/base/encoding.h"
#include "lib/pki/serving.h"
#include "tests/unit/controller_acme/orders_scene.h"

namespace cw::controller::acme::tests {
namespace {

using requests::AcmeSigner;
using requests::SignOutcome;

std::string csr_pem(const std::vector<std::string>& names, const std::string& common_name = "",
                    const pki::PrivateKey& key = request_key()) {
  pki::CsrTemplate wanted;
  wanted.subject_alt_names.dns_names = names;
  wanted.raw_subject = *pki::encode_subject({.common_name = common_name});
  return pki::Csr::build(wanted, key)->to_pem();
}

struct Desk {
  Desk()
      : orders(world.kube, api::kOrders, {}, kDecodeOrder),
        writer(world.kube),
        signer({.orders = orders.objects(), .writer = writer, .replaced_certificate = [](const auto&) {
                  return "aki.serial";
                }}) {
    writer.feed(orders);
    issuer.spec.acme.emplace();
    issuer.spec.acme->profile = "short";
    request.metadata.name = "web-1";
    request.metadata.name_space = "mesh";
    request.metadata.uid = "r-1";
    request.metadata.labels = {{"team", "a"}};
    request.spec.issuer_ref.name = "le";
    request.spec.request = kube::Bytes(csr_pem({"www.example.com", "example.com"}, "example.com"));
    request.spec.duration = std::chrono::hours(24);
  }
  SignOutcome sign() {
    REQUIRE(orders.list_once());
    return signer.sign(request, issuer, kNow);
  }
  Json order() const {
    const auto all = world.list(api::kOrders);
    REQUIRE(all.size() == 1);
    return all[0];
  }
  void set_status(const Json& status) { world.set_status(api::kOrders, order()["metadata"]["name"], status); }
  World world;
  watch::WatchCache<api::Order> orders;
  runtime::WriteThrough writer;
  AcmeSigner signer;
  api::Issuer issuer;
  api::CertificateRequest request;
};

template <typename T>
T outcome_as(const SignOutcome& outcome) {
  REQUIRE(std::holds_alternative<T>(outcome));
  return std::get<T>(outcome);
}

TEST_CASE("a request gets one Order, and the way there changes its text no more than needed", "[signer]") {
  Desk desk;
  const auto created = outcome_as<requests::Pend>(desk.sign());
  CHECK(created.reason == "OrderCreated");
  const auto order = desk.order();
  CHECK(order["metadata"]["ownerReferences"][0]["uid"] == "r-1");
  CHECK(order["metadata"]["labels"]["team"] == "a");
  CHECK(order["spec"]["dnsNames"] == Json({"www.example.com", "example.com"}));
  CHECK(order["spec"]["commonName"] == "example.com");
  CHECK(order["spec"]["profile"] == "short");
  CHECK(order["spec"]["replaces"] == "aki.serial");
  CHECK_FALSE(order["spec"].contains("duration"));
  const auto waiting = outcome_as<requests::Pend>(desk.sign());
  CHECK(waiting.reason == "OrderPending");
  CHECK(waiting.message == created.message);
  desk.set_status({{"url", "u"}, {"state", "pending"}});
  CHECK(outcome_as<requests::Pend>(desk.sign()).message == created.message);
  desk.set_status({{"state", "pending"}, {"reason", "no solver"}});
  CHECK(outcome_as<requests::Pend>(desk.sign()).message == created.message + ": no solver");
}

TEST_CASE("the duration is asked for only if the issuer says so", "[signer]") {
  Desk desk;
  desk.issuer.spec.acme->enable_duration_feature = true;
  outcome_as<requests::Pend>(desk.sign());
  CHECK(desk.order()["spec"]["duration"] == "24h0m0s");
}

TEST_CASE("what no ACME server would take fails at once", "[signer]") {
  Desk desk;
  SECTION("no CSR") {
    desk.request.spec.request = kube::Bytes("nonsense");
    CHECK(outcome_as<requests::Failed>(desk.sign()).reason == "RequestParsingError");
  }
  SECTION("a common name that is not among the names") {
    desk.request.spec.request = kube::Bytes(csr_pem({"www.example.com"}, "other.example.com"));
    CHECK(outcome_as<requests::Failed>(desk.sign()).reason == "InvalidOrder");
  }
  SECTION("no names") {
    desk.request.spec.request = kube::Bytes(csr_pem({}, ""));
    CHECK(outcome_as<requests::Failed>(desk.sign()).reason == "InvalidOrder");
  }
  CHECK(desk.world.list(api::kOrders).empty());
}

TEST_CASE("a failed Order fails its request, with the reason", "[signer]") {
  Desk desk;
  outcome_as<requests::Pend>(desk.sign());
  const auto state = GENERATE(as<std::string>(), "invalid", "expired", "errored");
  desk.set_status({{"state", state}, {"reason", "their words"}});
  const auto failed = outcome_as<requests::Failed>(desk.sign());
  CHECK(failed.reason == "OrderFailed");
  CHECK(failed.message.find("\"" + state + "\" state: their words") != std::string::npos);
}

TEST_CASE("a valid Order: its certificate, without a CA; one for another key is made anew", "[signer]") {
  Desk desk;
  outcome_as<requests::Pend>(desk.sign());
  desk.set_status({{"state", "valid"}});
  CHECK(outcome_as<requests::Pend>(desk.sign()).reason == "OrderPending");
  const bool fits = GENERATE(true, false);
  const auto key = fits ? request_key() : *pki::PrivateKey::generate_throw_away(pki::KeyAlgorithm::Ecdsa);
  const contract::FakeAuthority authority("r", "r2", kNow);
  const auto csr = pki::Csr::parse_pem(csr_pem({"example.com"}, "", key));
  const auto pem = pki::to_pem(authority.issue(*csr, kNow, kNow + std::chrono::hours(1))->usual);
  desk.set_status({{"state", "valid"}, {"certificate", encode_base64(pem)}});
  const auto outcome = desk.sign();
  if (fits) {
    CHECK(outcome_as<requests::Issued>(outcome).certificate == pem);
    CHECK(outcome_as<requests::Issued>(outcome).ca.empty());
  } else {
    CHECK(outcome_as<requests::Pend>(outcome).reason == "OrderPending");
    CHECK(desk.world.list(api::kOrders).empty());
    CHECK(outcome_as<requests::Pend>(desk.sign()).reason == "OrderCreated");
  }
}

TEST_CASE("an Order that cannot be stored is tried again; one that is there already is waited for",
          "[signer]") {
  Desk desk;
  desk.world.kube.fail_when([](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::Create) return Error{Code::Unavailable, "down"};
    return std::nullopt;
  });
  CHECK(outcome_as<requests::Retry>(desk.sign()).reason == "OrderCreatingError");
  desk.world.kube.fail_when([](const contract::Call& call) -> std::optional<Error> {
    if (call.verb == contract::Verb::Create) return Error{Code::AlreadyExists, "there"};
    return std::nullopt;
  });
  CHECK(outcome_as<requests::Pend>(desk.sign()).reason == "OrderCreated");
}

}  // namespace
}  // namespace cw::controller::acme::tests
