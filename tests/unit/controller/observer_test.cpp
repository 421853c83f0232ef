#include <catch2/catch.hpp>

#include "controller/certificates/observe.h"
#include "tests/unit/controller/scene.h"
#include "tests/unit/controller/views.h"

namespace {

using namespace cw;                            // tests only
using namespace cw::controller::certificates;  // tests only
using namespace cw::controller::tests;         // tests only

}  // namespace

TEST_CASE("observer: a Certificate looks again when its Secret or a password of its keystores changes",
          "[certificates]") {
  Scene scene;
  CertificateCache certificates;
  RequestCache requests;
  SecretCache secrets;
  NextKeyMemory next_keys(8);
  TargetMemory targets(8);
  const Observer observer({.certificates = certificates,
                           .requests = requests,
                           .secrets = secrets,
                           .reader = scene.kube,
                           .next_keys = next_keys,
                           .targets = targets,
                           .settings = {}});
  auto certificate = test_certificate();
  auto& keystores = certificate.spec.keystores.emplace();
  keystores.jks.emplace().password_secret_ref.name = "one";
  keystores.pkcs12.emplace().password_secret_ref.name = "two";
  const auto key = kube::key_of(certificate.metadata);
  certificates.put({key, 1}, certificate);
  const std::vector<kube::ObjectKey> it{key};
  const auto& ns = key.name_space;
  CHECK(observer.users_of_secret({ns, certificate.spec.secret_name}) == it);
  CHECK(observer.users_of_secret({ns, "one"}) == it);
  CHECK(observer.users_of_secret({ns, "two"}) == it);
  CHECK(observer.users_of_secret({ns, "three"}).empty());
  CHECK(observer.users_of_secret({"elsewhere", "one"}).empty());
  certificate.spec.keystores.reset();
  certificates.put({key, 2}, certificate);
  CHECK(observer.users_of_secret({ns, "one"}).empty());
}
