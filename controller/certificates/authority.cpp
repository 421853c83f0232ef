#include "controller/certificates/authority.h"

#include <cstring>

#include "lib/pki/digest.h"
#include "lib/pki/pem.h"

namespace cw::controller::certificates {

AuthorityMark authority_mark(std::string_view certificate_der) {
  AuthorityMark mark = 0;
  std::memcpy(&mark, pki::sha256(certificate_der).data(), sizeof mark);
  return mark;
}

std::vector<AuthorityMark> authority_marks(std::string_view chain_pem, std::string_view ca_pem) {
  std::vector<AuthorityMark> marks;
  pki::PemReader chain(chain_pem);
  chain.next();  // the leaf
  while (const auto block = chain.next()) marks.push_back(authority_mark(block->bytes));
  pki::PemReader authorities(ca_pem);
  while (const auto block = authorities.next()) marks.push_back(authority_mark(block->bytes));
  marks.shrink_to_fit();
  return marks;
}

}  // namespace cw::controller::certificates
