#include "lib/dns/lookup.h"

namespace cw::dns {

std::string to_string(ResponseCode code) {
  switch (code) {
    case ResponseCode::NoError:
      return "NOERROR";
    case ResponseCode::FormErr:
      return "FORMERR";
    case ResponseCode::ServFail:
      return "SERVFAIL";
    case ResponseCode::NxDomain:
      return "NXDOMAIN";
    case ResponseCode::NotImp:
      return "NOTIMP";
    case ResponseCode::Refused:
      return "REFUSED";
  }
  return "RCODE" + std::to_string(static_cast<unsigned>(code));
}

}  // namespace cw::dns
