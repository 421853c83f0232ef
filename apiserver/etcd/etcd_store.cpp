#include "apiserver/etcd/etcd_store.h"

#include <algorithm>
#include <thread>

#include "lib/base/log.h"
#include "lib/base/random.h"

namespace cw::apiserver {
namespace {

using std::chrono::milliseconds;

constexpr int kFormat = 1;
constexpr int kStartAttempts = 4;
constexpr milliseconds kBetweenStarts{500};
constexpr milliseconds kAwaitOwnWrite{10'000};
constexpr milliseconds kAwaitOthersWrite{1000};
// How long a change of ours may be under way before we think that etcd has counted somebody else's key.
constexpr milliseconds kAwaitRevision{20};
constexpr milliseconds kAwaitBeacon{3000};
// A transaction of etcd holds 128 operations. A Service with more new ports is not guarded for the rest.
constexpr std::size_t kMostClaims = 60;

}  // namespace

EtcdStore::EtcdStore(std::unique_ptr<EtcdClient> client, const std::string& prefix, const Clock& clock,
                     HistoryLimits limits, ClaimsOf claims)
    : client_(std::move(client)),
      keys_(prefix),
      claims_(claims),
      memory_(clock, limits),
      feed_(*client_, keys_, memory_) {}

EtcdStore::~EtcdStore() {
  client_->stop();
  feed_.stop();
}

Result<std::unique_ptr<EtcdStore>> EtcdStore::open(const EtcdOptions& options, const Clock& clock,
                                                   HistoryLimits limits, ClaimsOf claims) {
  auto client = TRY(EtcdClient::create(options));
  std::unique_ptr<EtcdStore> store(new EtcdStore(std::move(client), options.prefix, clock, limits, claims));
  for (int attempt = 1;; ++attempt) {
    const Status checked = store->check_format();
    if (checked) break;
    if (checked.error().code != Code::Unavailable || attempt == kStartAttempts) return checked.error();
    log::warning("etcd does not answer yet", {{"error", checked.error().message}});
    std::this_thread::sleep_for(jittered(kBetweenStarts));
  }
  TRY(store->feed_.start());
  return store;
}

// The first server writes it. Thus revision 1, which clients take for "never listed", is over as well.
Status EtcdStore::check_format() {
  const EtcdWritten written =
      TRY(client_->write({.key = keys_.format(), .value = std::to_string(kFormat), .expected = 0}));
  if (written.succeeded) return Done{};
  const std::string found = written.found ? written.found->value : std::string();
  if (found == std::to_string(kFormat)) return Done{};
  return Error{Code::Invalid, "etcd holds data of another version of certwright (format \"" + found +
                                  "\"); use that version, or another --etcd-prefix"};
}

Result<ObjectPtr> EtcdStore::create(const StoreKey& key, std::string text) {
  return write(key, std::move(text), 0);
}

Result<ObjectPtr> EtcdStore::update(const StoreKey& key, std::string text, Revision expected) {
  return write(key, std::move(text), expected);
}

Result<ObjectPtr> EtcdStore::remove(const StoreKey& key, Revision expected) {
  return write(key, std::nullopt, expected);
}

Result<ObjectPtr> EtcdStore::write(const StoreKey& key, std::optional<std::string> text, Revision expected) {
  EtcdWrite wanted{keys_.object(key), std::move(text), expected, {}, {}};
  add_claims(key, wanted);
  EtcdWritten written = TRY(client_->write(wanted));
  if (!written.succeeded) return refuse(written, expected);
  if (!feed_.bring(written.revision, kAwaitOwnWrite)) {
    return Error{Code::Unavailable, "etcd has taken the write, but its watch does not bring it back"};
  }
  std::string last = wanted.value    ? *std::move(wanted.value)
                     : written.found ? std::move(written.found->value)
                                     : std::string();
  return ObjectPtr(std::make_shared<const StoredObject>(key.object, written.revision, std::move(last)));
}

// What it had before is known: who writes has read it, and if it has changed the write is refused.
void EtcdStore::add_claims(const StoreKey& key, EtcdWrite& wanted) const {
  if (claims_ == nullptr) return;
  const ObjectPtr stored = wanted.expected != 0 ? memory_.find(key) : nullptr;
  const auto before = stored ? claims_(key, stored->text()) : std::vector<std::string>();
  const auto after = wanted.value ? claims_(key, *wanted.value) : std::vector<std::string>();
  const auto keep_others = [&](const auto& all, const auto& others, std::vector<std::string>& keys) {
    for (const std::string& claim : all) {
      if (std::binary_search(others.begin(), others.end(), claim)) continue;
      if (keys.size() < kMostClaims) keys.push_back(keys_.claim(key.resource, claim));
    }
  };
  keep_others(after, before, wanted.taken);
  keep_others(before, after, wanted.released);
}

// Whoever tries again shall see what stood in the way.
Error EtcdStore::refuse(const EtcdWritten& written, Revision expected) {
  if (expected == (written.found ? written.found->mod_revision : 0) && written.taken != 0) {
    feed_.wait_for(written.taken, kAwaitOthersWrite);
    return {Code::Conflict, "another object has just got what this one wants"};
  }
  const Revision seen = written.found ? written.found->mod_revision : written.revision;
  feed_.wait_for(seen, written.found ? kAwaitOthersWrite : kAwaitRevision);
  if (expected == 0) return {Code::AlreadyExists, "the object exists"};
  if (!written.found) return {Code::NotFound, "no such object"};
  return {Code::Conflict, "the object is at another revision"};
}

// Readers that come at the same time share one question, if it is asked after they have come.
Status EtcdStore::catch_up() {
  std::unique_lock lock(mutex_);
  const std::uint64_t needed = begun_ + 1;
  asked_.wait(lock, [&] { return answered_ >= needed || !asking_; });
  if (answered_ >= needed) return last_answer_;
  asking_ = true;
  const std::uint64_t mine = ++begun_;
  lock.unlock();
  Status outcome = catch_up_alone();
  lock.lock();
  asking_ = false;
  answered_ = mine;
  last_answer_ = outcome;
  lock.unlock();
  asked_.notify_all();
  return outcome;
}

Status EtcdStore::catch_up_alone() {
  const EtcdPage page = TRY(client_->range({.key = keys_.format(), .count_only = true}));
  if (feed_.wait_for(page.revision, kAwaitRevision)) return Done{};
  // Others write to this etcd too, or the watch is late: something of ours behind it tells.
  const EtcdWritten beacon = TRY(client_->write({.key = keys_.beacon(), .value = "", .expected = 0}));
  Revision revision = beacon.revision;
  if (!beacon.succeeded) {
    const Revision expected = beacon.found ? beacon.found->mod_revision : 0;
    const EtcdWritten again =
        TRY(client_->write({.key = keys_.beacon(), .value = random_uuid(), .expected = expected}));
    if (again.succeeded) revision = again.revision;
    // Another server was faster: its beacon is as good.
    if (!again.succeeded && again.found) revision = again.found->mod_revision;
  }
  if (feed_.bring(revision, kAwaitBeacon)) return Done{};
  return Error{Code::Unavailable, "the watch of etcd is behind; this server does not know the newest state"};
}

Status EtcdStore::compact() {
  const EtcdPage page = TRY(client_->range({.key = keys_.format(), .count_only = true}));
  Revision before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(to_compact_, page.revision);
  }
  if (before == 0) return Done{};
  return client_->compact(before);
}

}  // namespace cw::apiserver
