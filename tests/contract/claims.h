// The parts of the suite; part of kube_client_contract.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/contract/kube_client_contract.h"

namespace cw::contract {

// One namespace on the ground, and the objects that the claims use.
struct Field {
  kube::KubeReader& reader;
  kube::KubeWriter& writer;
  std::string name_space;
  bool may_lack_streams = false;

  kube::ObjectKey key(const std::string& name) const { return {.name_space = name_space, .name = name}; }
  kube::Json certificate(const std::string& name) const;
  kube::Json config_map(const std::string& name, const kube::Json& labels = kube::Json::object()) const;
  kube::Json must_create(const kube::Resource&, const kube::Json& object) const;
  kube::Json must_get(const kube::Resource&, const std::string& name) const;
};

struct Claim {
  const char* text;
  void (*check)(const Field&);
};

const std::vector<Claim>& write_claims();
const std::vector<Claim>& apply_claims();
const std::vector<Claim>& delete_claims();
const std::vector<Claim>& read_claims();
const std::vector<Claim>& watch_claims();

// The value of a Result, or the test fails with its error.
template <typename T>
T must(Result<T> result);

std::string text_of(const kube::Json& object, const char* pointer);
std::string version_of(const kube::Json& object);
int generation_of(const kube::Json& object);

}  // namespace cw::contract
