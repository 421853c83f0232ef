// Owning handles for what ldns gives to its caller, and its names as our texts. For lib/dns/*.cpp only.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include <ldns/ldns.h>

namespace cw::dns {

struct FreePacket {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
struct FreeData {
  void operator()(ldns_rdf* data) const { ldns_rdf_deep_free(data); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;
using Data = std::unique_ptr<ldns_rdf, FreeData>;
using Text = std::unique_ptr<char, FreeText>;

// A name in lower case with its last dot; "" if there is none.
inline std::string name_text(const ldns_rdf* name) {
  const Data copy(name == nullptr ? nullptr : ldns_rdf_clone(name));
  if (!copy) return {};
  ldns_dname2canonical(copy.get());
  const Text text(ldns_rdf2str(copy.get()));
  return text ? std::string(text.get()) : std::string();
}

}  // namespace cw::dns
