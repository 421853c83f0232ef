#include "lib/api/packed.h"

#include <vector>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "lib/kube/decode.h"
#include "lib/kube/encode.h"

namespace cw::api {
namespace {

constexpr std::string_view kOurDomain = "cert-manager.io/";

kube::Map only_ours(const kube::Map& map) {
  std::vector<kube::Map::Entry> ours;
  for (const auto& [key, value] : map) {
    if (key.starts_with(kOurDomain)) ours.emplace_back(key, value);
  }
  return kube::Map(std::move(ours));
}

std::string text_of(const kube::Json& json) {
  return json.dump(-1, ' ', false, kube::Json::error_handler_t::replace);
}

template <typename T>
Result<T> unpack(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::padded_string padded(text);
  if (parser.parse(padded).get(root) != simdjson::SUCCESS) return Error{Code::Invalid, "no packed object"};
  return kube::decode_object<T>(root);
}

}  // namespace

std::string pack(const Certificate& certificate) { return text_of(kube::to_json(certificate)); }

std::string pack(const CertificateRequest& request) {
  if (!is_finished(request)) return text_of(kube::to_json(request));
  CertificateRequest rest;
  rest.metadata = request.metadata;
  rest.metadata.labels = only_ours(request.metadata.labels);
  rest.metadata.annotations = only_ours(request.metadata.annotations);
  rest.spec = request.spec;
  rest.spec.username.clear();
  rest.spec.uid.clear();
  rest.spec.groups = {};
  rest.spec.extra = {};
  rest.status.conditions = request.status.conditions;
  rest.status.failure_time = request.status.failure_time;
  return text_of(kube::to_json(rest));
}

Result<Certificate> unpack_certificate(std::string_view text) { return unpack<Certificate>(text); }

Result<CertificateRequest> unpack_certificate_request(std::string_view text) {
  return unpack<CertificateRequest>(text);
}

}  // namespace cw::api
