// Views of Certificates for tables of decisions: one that is Ready, to be spoilt by each test.
#pragma once

#include <memory>
#include <string>

#include "controller/certificates/plan.h"
#include "controller/certificates/view.h"
#include "lib/pki/private_key.h"
#include "tests/unit/controller/scene.h"

namespace cw::controller::tests {

namespace certs = cw::controller::certificates;

// A P-256 key that stays the same over the run; `which` gives different ones.
const pki::PrivateKey& test_key(int which = 0);
std::string test_spki(int which = 0);

api::Certificate test_certificate();
// A request of that revision, made with test_key(), that matches the spec.
certs::OwnedRequest test_request(std::int64_t revision);
void set(api::CertificateRequest&, const std::string& type, const std::string& status,
         const std::string& reason, const std::string& message = "why");

// Revision 1, issued at kStart for 90 days, nothing to do.
certs::View ready_view();
// Nothing yet: no Secret, no status.
certs::View new_view();
// Issuing=True since kStart, with a prepared key and a request that answers.
certs::View issuing_view();

// Changes the object behind the shared pointer.
template <typename Object, typename Change>
void change(std::shared_ptr<const Object>& pointer, Change&& how) {
  auto copy = std::make_shared<Object>(*pointer);
  how(*copy);
  pointer = std::move(copy);
}

// The names of the actions' types in order, events with their reason: "CreateNextKey WriteStatus …".
std::string names_of(const certs::Actions&);
const api::CertificateStatus* status_in(const certs::Actions&);

// The first request as its issuer would answer it, signed by the key itself.
void answer(certs::View& view);

}  // namespace cw::controller::tests
