#include "lib/dns/message_reader.h"

#include "lib/dns/ldns_handles.h"
#include "lib/dns/wire.h"

namespace cw::dns {

Result<std::string> MessageReader::name() {
  if (at_ >= message_.size()) return Error{Code::Unavailable, "broken answer: too short"};
  ldns_rdf* raw = nullptr;
  const auto* data = reinterpret_cast<const std::uint8_t*>(message_.data());
  const ldns_status status = ldns_wire2dname(&raw, data, message_.size(), &at_);
  if (status != LDNS_STATUS_OK) {
    return Error{Code::Unavailable, std::string("broken answer: ") + ldns_get_errorstr_by_id(status)};
  }
  const Data name(raw);
  return name_text(name.get());
}

Result<std::uint16_t> MessageReader::u16() {
  const std::size_t at = at_;
  TRY(skip(2));
  return read_u16(message_, at);
}

Result<std::string> MessageReader::bytes(std::size_t count) {
  const std::size_t at = at_;
  TRY(skip(count));
  return std::string(message_.substr(at, count));
}

Status MessageReader::skip(std::size_t count) {
  if (at_ > message_.size() || count > message_.size() - at_) {
    return Error{Code::Unavailable, "broken answer: too short"};
  }
  at_ += count;
  return Done{};
}

}  // namespace cw::dns
