#include "apiserver/tokens/account_keeper.h"

#include <array>
#include <chrono>

#include <nlohmann/json.hpp>

#include "apiserver/identity.h"
#include "apiserver/json_access.h"
#include "apiserver/namespace_gate.h"
#include "lib/base/encoding.h"
#include "lib/base/log.h"
#include "lib/base/time_text.h"
#include "lib/kube/service_account.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;

constexpr std::string_view kAccounts = "serviceaccounts";
constexpr std::string_view kSecretResource = "secrets";
constexpr std::string_view kConfigMapResource = "configmaps";
constexpr const char* kDefaultAccount = "default";
constexpr const char* kRootCaName = "kube-root-ca.crt";
constexpr std::string_view kTokenType = "kubernetes.io/service-account-token";
constexpr const char* kAccountName = "kubernetes.io/service-account.name";
constexpr const char* kAccountUid = "kubernetes.io/service-account.uid";
constexpr const char* kLastUsed = "kubernetes.io/legacy-token-last-used";
constexpr std::chrono::milliseconds kNoWait{0};

// The text is parsed only if it may say so.
bool may_hold_token(const StoredObject& secret) {
  return secret.text().find("\"kubernetes.io/service-account-token\"") != std::string::npos;
}

bool holds_token(const Json& secret) { return text_member(secret, "type") == kTokenType; }

std::string annotation(const Json& object, const char* name) {
  return text_at(object, {"metadata", "annotations", name});
}

ObjectKey account_of(const Json& secret) {
  return {metadata_text(secret, "namespace"), annotation(secret, kAccountName)};
}

Json root_ca_object(const std::string& ca_pem) {
  return {
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata",
       {{"name", kRootCaName},
        {"annotations", {{"kubernetes.io/description", "Verifies the certificate of this API server."}}}}},
      {"data", {{"ca.crt", ca_pem}}}};
}

Json named(const char* kind, const char* name) {
  return {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

}  // namespace

bool AccountKeeper::step() {
  if (followed_.empty() ? !start() : !follow()) return false;
  note_used_secrets();
  const bool done = !namespaces_.empty() || !secrets_.empty();
  for (const std::string& name_space : std::exchange(namespaces_, {})) fit_out(name_space);
  for (const ObjectKey& secret : std::exchange(secrets_, {})) fit_secret(secret);
  return done;
}

bool AccountKeeper::start() {
  const std::array<std::string_view, 4> resources{kNamespaces, kAccounts, kConfigMapResource,
                                                  kSecretResource};
  for (const std::string_view resource : resources) {
    const StoreScope scope{std::string(resource)};
    const Result<Listing> listing = parts_.store.list(scope);
    auto changes = listing ? parts_.store.watch(scope, listing->revision) : listing.error();
    if (!changes) {
      followed_.clear();
      return false;
    }
    for (const ObjectPtr& object : listing->objects) {
      take(scope.resource, {.kind = EventKind::Added, .object = object, .previous = nullptr});
    }
    followed_.push_back({scope.resource, std::move(changes).value()});
  }
  return true;
}

bool AccountKeeper::follow() {
  for (const Followed& followed : followed_) {
    const Result<WatchBatch> batch = followed.changes->next(kNoWait, {});
    if (!batch) {
      followed_.clear();  // too far behind: everything is looked at anew
      return false;
    }
    for (const ObjectEvent& event : batch->events) take(followed.resource, event);
  }
  return true;
}

void AccountKeeper::take(const std::string& resource, const ObjectEvent& event) {
  const ObjectKey& key = event.object->key();
  const bool gone = event.kind == EventKind::Deleted;
  if (resource == kNamespaces && event.kind == EventKind::Added) namespaces_.insert(key.name);
  if (resource == kAccounts && gone) {
    if (key.name == kDefaultAccount) namespaces_.insert(key.name_space);
    look_at_secrets_of(key);
  }
  if (resource == kConfigMapResource && key.name == kRootCaName) namespaces_.insert(key.name_space);
  if (resource == kSecretResource) take_secret(event);
}

void AccountKeeper::take_secret(const ObjectEvent& event) {
  if (!which_.secret_tokens || !may_hold_token(*event.object)) return;
  if (event.kind == EventKind::Deleted)
    drop_reference(parse_object(*event.object));
  else
    secrets_.insert(event.object->key());
}

void AccountKeeper::look_at_secrets_of(const ObjectKey& account) {
  if (!which_.secret_tokens) return;
  const Result<Listing> listing = parts_.store.list({std::string(kSecretResource), account.name_space});
  if (!listing) return;
  for (const ObjectPtr& secret : listing->objects) {
    if (may_hold_token(*secret) && account_of(parse_object(*secret)) == account)
      secrets_.insert(secret->key());
  }
}

void AccountKeeper::fit_out(const std::string& name_space) {
  const Result<ObjectPtr> found = parts_.store.get({std::string(kNamespaces), {"", name_space}});
  if (!found || is_terminating(**found)) return;
  if (which_.default_accounts) make_default_account(name_space);
  if (which_.root_ca && !ca_pem_.empty()) publish_root_ca(name_space);
}

void AccountKeeper::make_default_account(const std::string& name_space) {
  if (parts_.store.get({std::string(kAccounts), {name_space, kDefaultAccount}})) return;
  create(kAccounts, named("ServiceAccount", kDefaultAccount), name_space);
}

void AccountKeeper::publish_root_ca(const std::string& name_space) {
  const ObjectKey key{name_space, kRootCaName};
  const Result<ObjectPtr> found = parts_.store.get({std::string(kConfigMapResource), key});
  if (!found) return create(kConfigMapResource, root_ca_object(ca_pem_), name_space);
  const Json wanted{{"ca.crt", ca_pem_}};
  if (object_member(parse_object(**found), "data") == wanted) return;
  update(kConfigMapResource, key, [&](const Json& stored) -> Outcome<WantedObject> {
    Json next = stored;
    next["data"] = wanted;
    return WantedObject{std::move(next)};
  });
}

void AccountKeeper::fit_secret(const ObjectKey& key) {
  const Result<ObjectPtr> found = parts_.store.get({std::string(kSecretResource), key});
  if (!found) return;
  const Json secret = parse_object(**found);
  if (!holds_token(secret)) return;
  const Result<ObjectPtr> account = parts_.store.get({std::string(kAccounts), account_of(secret)});
  const std::string uid = annotation(secret, kAccountUid);
  const bool is_there = account && (uid.empty() || uid == (*account)->head().uid);
  if (is_there) return fill_secret(key, parse_object(**account));
  if (!account && account.error().code != Code::NotFound) return;
  DeleteOptions options;
  options.uid = metadata_text(secret, "uid");
  (void)removal_.remove(*parts_.resources.find("", "v1", kSecretResource), key, options);  // or it has gone
}

void AccountKeeper::fill_secret(const ObjectKey& key, const Json& account) {
  const TokenClaims claims{
      .issuer = std::string(kLegacyIssuer),
      .subject = kube::service_account_username(key.name_space, metadata_text(account, "name")),
      .name_space = key.name_space,
      .account = {metadata_text(account, "name"), metadata_text(account, "uid")},
      .secret = ObjectClaim{key.name, {}}};
  Result<ObjectPtr> stored = parts_.store.get({std::string(kSecretResource), key});
  if (!stored) return;
  const Json secret = parse_object(**stored);
  const Json& held = object_member(secret, "data");
  Json data = held;
  if (!ca_pem_.empty()) data["ca.crt"] = encode_base64(ca_pem_);
  if (text_member(data, "namespace").empty()) data["namespace"] = encode_base64(key.name_space);
  if (text_member(data, "token").empty()) {
    const Result<std::string> token = parts_.tokens.keys().sign(claims);
    if (!token) return;
    data["token"] = encode_base64(*token);
  }
  if (data == held) return;
  update(kSecretResource, key, [&](const Json& now) -> Outcome<WantedObject> {
    Json next = now;
    next["data"] = data;
    Json& annotations = make_object(make_object(next, "metadata"), "annotations");
    annotations[kAccountName] = claims.account.name;
    annotations[kAccountUid] = claims.account.uid;
    next["metadata"]["resourceVersion"] = metadata_text(secret, "resourceVersion");  // as it was looked at
    return WantedObject{std::move(next)};
  });
}

// A Secret that has gone is none of the account's any more.
void AccountKeeper::drop_reference(const Json& secret) {
  const ObjectKey key = account_of(secret);
  const Result<ObjectPtr> found = parts_.store.get({std::string(kAccounts), key});
  if (!found) return;
  const std::string name = metadata_text(secret, "name");
  const auto kept = [&name](const Json& account) {
    Json references = Json::array();
    for (const Json& one : array_member(account, "secrets")) {
      if (text_member(one, "name") != name) references.push_back(one);
    }
    return references;
  };
  const Json account = parse_object(**found);
  if (kept(account).size() == array_member(account, "secrets").size()) return;
  update(kAccounts, key, [&](const Json& stored) -> Outcome<WantedObject> {
    Json next = stored;
    next["secrets"] = kept(stored);
    return WantedObject{std::move(next)};
  });
}

// On which day the token of a Secret was used last, for those who want to do without such tokens.
void AccountKeeper::note_used_secrets() {
  const std::string today = format_time(parts_.clock.now()).substr(0, 10);
  for (const ObjectKey& key : parts_.tokens.take_used_secrets()) {
    const Result<ObjectPtr> found = parts_.store.get({std::string(kSecretResource), key});
    if (!found || text_at(parse_object(**found), {"metadata", "labels", kLastUsed}) == today) continue;
    update(kSecretResource, key, [&](const Json& stored) -> Outcome<WantedObject> {
      Json next = stored;
      make_object(make_object(next, "metadata"), "labels")[kLastUsed] = today;
      return WantedObject{std::move(next)};
    });
  }
}

void AccountKeeper::create(std::string_view resource, Json object, const std::string& name_space) {
  const RowPtr row = parts_.resources.find("", "v1", resource);
  const WriteRequest request{*row, {name_space, {}}, ObjectPart::Whole, {}, system_user()};
  const auto made = writes_.create(request, {std::move(object)});
  const bool is_there = !made && made.error().code() == Code::AlreadyExists;
  if (made || is_there) return;
  log::warning(
      "a namespace does not get what it should have",
      {{"namespace", name_space}, {"resource", std::string(resource)}, {"error", made.error().message}});
}

void AccountKeeper::update(std::string_view resource, const ObjectKey& key, const ObjectChange& change) {
  const RowPtr row = parts_.resources.find("", "v1", resource);
  const WriteRequest request{*row, key, ObjectPart::Whole, {}, system_user()};
  const auto updated = writes_.update(request, change);
  if (updated || updated.error().code() == Code::NotFound || updated.error().code() == Code::Conflict) return;
  log::warning("an object does not get what it should have",
               {{"namespace", key.name_space}, {"name", key.name}, {"error", updated.error().message}});
}

}  // namespace cw::apiserver
