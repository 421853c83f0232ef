#include "apiserver/etcd/shared_files.h"

#include <nlohmann/json.hpp>

#include "lib/base/encoding.h"
#include "lib/kube/json.h"

namespace cw::apiserver {
namespace {

std::string to_text(const KeyFiles& files) {
  Json json = Json::object();
  for (const auto& [name, content] : files) json[name] = encode_base64(content);
  return json.dump();
}

Result<KeyFiles> from_text(const std::string& text) {
  const Error broken{Code::Unavailable, "the keys that the servers share in etcd cannot be read"};
  const Result<Json> json = kube::parse_json(text);
  if (!json || !json->is_object()) return broken;
  KeyFiles files;
  for (const auto& [name, value] : json->items()) {
    const auto content =
        value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
    if (!content || name.find('/') != std::string::npos || name.starts_with('.')) return broken;
    files.emplace(name, *content);
  }
  return files;
}

}  // namespace

Result<SharedFiles::Shared> SharedFiles::read() const {
  const EtcdPage page = TRY(client_.range({.key = keys_.files()}));
  if (page.items.empty()) return Shared{};
  return Shared{TRY(from_text(page.items.front().value)), page.items.front().mod_revision};
}

Status SharedFiles::take(OnDifference on_difference) const {
  const Shared shared = TRY(read());
  for (const auto& [name, content] : shared.files) {
    const std::string path = directory_.file(name);
    const auto present = TRY(read_file_if_there(path));
    if (present == content) continue;
    if (present && on_difference == OnDifference::Refuse) {
      return Error{Code::Unavailable,
                   path +
                       " is not the one that the servers of this etcd share; give an empty "
                       "--data-dir, or another --etcd-prefix"};
    }
    TRY(write_private_file(path, content));
  }
  return Done{};
}

Result<bool> SharedFiles::offer() const {
  Shared shared = TRY(read());
  const KeyFiles own = TRY(read_key_files(directory_.path()));
  for (const auto& [name, content] : shared.files) {
    const auto at = own.find(name);
    if (at == own.end() || at->second != content) return false;
  }
  if (own.size() == shared.files.size()) return true;
  const EtcdWritten written =
      TRY(client_.write({.key = keys_.files(), .value = to_text(own), .expected = shared.revision}));
  return written.succeeded;
}

}  // namespace cw::apiserver
