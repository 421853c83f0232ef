#include "lib/acme/renewal_info.h"
#include "tests/contract/acme_claims.h"

namespace cw::contract {
namespace {

constexpr const char* kUnknownId = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";  // of the example in RFC 9773

void certificate_is_what_was_ordered(const AcmeGround& ground) {
  const Member member = join(ground);
  const std::string name = new_name();
  const auto issued = issue(ground, *member.client, order_for({name, "*." + name}));
  REQUIRE(issued.certificates.size() >= 2);
  const auto& leaf = issued.certificates.front();
  CHECK(leaf.matches(issued.key.public_key()));
  CHECK_THAT(leaf.subject_alt_names().dns_names,
             Catch::Matchers::UnorderedEquals(std::vector<std::string>{name, "*." + name}));
  CHECK(leaf.is_issued_by(issued.certificates.at(1)));
}

void alternates_end_under_other_roots(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto issued = issue(ground, *member.client, order_for({new_name()}));
  if (!ground.has_alternates) return;
  REQUIRE_FALSE(issued.chain.alternates.empty());
  for (const auto& url : issued.chain.alternates) {
    const auto other = certificates_of(got(member.client->get_certificate(url)));
    CHECK(other.front() == issued.certificates.front());
    CHECK(pki::text_of(other.back().issuer()) != pki::text_of(issued.certificates.back().issuer()));
  }
}

void certificate_is_revoked_once(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto issued = issue(ground, *member.client, order_for({new_name()}));
  const std::string& der = issued.certificates.front().der();
  got(member.client->revoke(der, acme::RevocationReason::Superseded));
  CHECK(failure_of(member.client->revoke(der, acme::RevocationReason::Superseded)).is("alreadyRevoked"));
}

std::string id_of(const pki::Certificate& certificate) {
  const auto id = acme::certificate_id(certificate);
  if (!id) FAIL(id.error().message);
  return *id;
}

void renewal_is_suggested(const AcmeGround& ground) {
  const Member member = join(ground);
  const auto issued = issue(ground, *member.client, order_for({new_name()}));
  const auto& leaf = issued.certificates.front();
  const auto info = got(member.client->get_renewal_info(id_of(leaf)));
  CHECK(info.start < info.end);
  CHECK(info.start > leaf.not_before());
  CHECK(info.end <= leaf.not_after());
  CHECK(info.retry_after > std::chrono::seconds(0));
  CHECK(failure_of(member.client->get_renewal_info(kUnknownId)).is_final());
}

// The second renewal of a certificate, and that of one which the server does not know, are ordered all the
// same.
void replaced_certificate_is_named(const AcmeGround& ground) {
  const Member member = join(ground);
  auto request = order_for({new_name()});
  const auto issued = issue(ground, *member.client, request);
  request.replaces = id_of(issued.certificates.front());
  CHECK_FALSE(got(member.client->new_order(request)).url.empty());
  CHECK_FALSE(got(member.client->new_order(request)).url.empty());
  request.replaces = kUnknownId;
  CHECK_FALSE(got(member.client->new_order(request)).url.empty());
}

}  // namespace

const std::vector<AcmeClaim>& acme_certificate_claims() {
  static const std::vector<AcmeClaim> claims{
      {"the certificate is what was ordered", certificate_is_what_was_ordered},
      {"alternates end under other roots", alternates_end_under_other_roots},
      {"a certificate is revoked once", certificate_is_revoked_once},
      {"a renewal is suggested", renewal_is_suggested},
      {"a certificate that is replaced is named", replaced_certificate_is_named},
  };
  return claims;
}

}  // namespace cw::contract
