#include "apiserver/read_path.h"

#include <algorithm>
#include <charconv>

#include "apiserver/continue_token.h"
#include "apiserver/crd/version_converter.h"
#include "lib/kube/field_error.h"

namespace cw::apiserver {
namespace {

using kube::Outcome;
using kube::StatusError;
using kube::WatchEventKind;

Result<Revision> parse_revision(const std::string& text) {
  Revision revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  const bool all = end == text.data() + text.size();
  if (error == std::errc() && all) return revision;
  const bool too_large = error == std::errc::result_out_of_range && all;
  return Error{Code::Invalid, "resourceVersion: Invalid value: " + kube::quoted(text) +
                                  ": strconv.ParseUint: parsing " + kube::quoted(text) +
                                  (too_large ? ": value out of range" : ": invalid syntax")};
}

StatusError too_old(Revision asked, Revision oldest) {
  return {kube::Reason::Expired,
          "too old resource version: " + std::to_string(asked) + " (" + std::to_string(oldest) + ")"};
}

StatusError too_new(Revision asked, Revision current) {
  StatusError error(kube::Reason::Timeout, "Timeout: Too large resource version: " + std::to_string(asked) +
                                               ", current: " + std::to_string(current));
  error.details = kube::StatusDetails{
      .causes = {{"ResourceVersionTooLarge", "Too large resource version", {}}}, .retry_after_seconds = 1};
  return error;
}

bool wants_initial_events(const ListOptions& options) {
  if (options.send_initial_events) return *options.send_initial_events;
  return options.resource_version.empty() || options.resource_version == "0";
}

// All of them as the resource serves them; what was converted before may do.
Outcome<Done> form(std::vector<ObjectPtr>& objects, const ResourceRow& row) {
  if (row.converter == nullptr) return Done{};
  objects = TRY(row.converter->shown(std::move(objects), row.group_version(), Remembered::Yes));
  return Done{};
}

// What is chosen; only what may be is converted.
Outcome<Done> select(std::vector<ObjectPtr>& objects, const Selection& selection, const ResourceRow& row) {
  const std::optional<std::string> name = selection.fields.only_name();
  std::erase_if(objects, [&](const ObjectPtr& object) { return name && object->key().name != *name; });
  TRY(form(objects, row));
  std::erase_if(objects, [&](const ObjectPtr& object) { return !selection.matches(*object); });
  return Done{};
}

// Cuts the list behind the limit.
void apply_limit(const ListOptions& options, bool countable, ListAnswer& answer) {
  const auto limit = static_cast<std::size_t>(options.limit);
  if (options.limit == 0 || answer.objects.size() <= limit) return;
  if (countable) answer.remaining = answer.objects.size() - limit;
  answer.objects.resize(limit);
  answer.continue_token = encode_continue({answer.revision, answer.objects.back()->key()});
}

}  // namespace

Result<ShownEvents> ObjectWatch::next(std::chrono::milliseconds wait, const std::stop_token& stop) {
  ShownEvents shown;
  if (initial_) {
    for (ObjectPtr& object : initial_->objects) {
      shown.events.push_back({WatchEventKind::Added, std::move(object)});
    }
    shown.revision = initial_->revision;
    initial_.reset();
    return shown;
  }
  const WatchBatch batch = TRY(changes_->next(wait, stop));
  for (const ObjectEvent& event : batch.events) show(TRY(formed(event)), shown.events);
  shown.revision = batch.revision;
  return shown;
}

// Of what was there before only selectors ask.
Result<ObjectEvent> ObjectWatch::formed(const ObjectEvent& event) const {
  const std::optional<std::string> name = selection_.fields.only_name();
  if (form_.converter == nullptr || (name && event.object->key().name != *name)) return event;
  const auto shown = [&](const ObjectPtr& object) -> Result<ObjectPtr> {
    Outcome<ObjectPtr> formed = form_.converter->shown(object, form_.api_version, Remembered::Yes);
    if (formed) return std::move(formed).value();
    return Error{Code::Unavailable, formed.error().message};
  };
  ObjectEvent formed = event;
  const bool is_gone = event.kind == EventKind::Deleted;
  if (event.previous && (is_gone || !selection_.is_everything()))
    formed.previous = TRY(shown(event.previous));
  if (!is_gone) {
    formed.object = TRY(shown(event.object));
  } else if (formed.previous) {
    formed.object = std::make_shared<const StoredObject>(event.object->key(), event.object->revision(),
                                                         formed.previous->text());
  }
  return formed;
}

// An object that comes to match is added, one that ceases to is deleted, in the eyes of this watch.
void ObjectWatch::show(const ObjectEvent& event, std::vector<ShownEvent>& events) const {
  const bool matches = event.kind != EventKind::Deleted && selection_.matches(*event.object);
  const bool matched = event.previous && selection_.matches(*event.previous);
  if (matches) {
    events.push_back({matched ? WatchEventKind::Modified : WatchEventKind::Added, event.object});
  } else if (matched && event.kind == EventKind::Deleted) {
    events.push_back({WatchEventKind::Deleted, event.object});
  } else if (matched) {
    events.push_back({WatchEventKind::Deleted,
                      std::make_shared<const StoredObject>(event.previous->key(), event.object->revision(),
                                                           event.previous->text())});
  }
}

Outcome<ObjectPtr> ReadPath::get(const ResourceRow& row, const ObjectKey& key,
                                 const std::string& version) const {
  if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  if (!version.empty()) {
    const Result<Revision> least = parse_revision(version);
    if (!least) return StatusError(kube::Reason::None, least.error().message);
    if (*least > parts_.store.revision()) return too_new(*least, parts_.store.revision());
  }
  Result<ObjectPtr> found = parts_.store.get({row.stored_as, key});
  if (!found && found.error().code == Code::NotFound) return kube::not_found(row.resource, key.name);
  if (!found) return StatusError(found.error());
  if (row.converter == nullptr) return std::move(found).value();
  return row.converter->shown(*found, row.group_version(), Remembered::No);
}

Outcome<Listing> ReadPath::list_at(const StoreScope& scope, const ListOptions& options,
                                   std::optional<Revision> at) const {
  Result<Listing> listing = parts_.store.list(scope, at);
  if (listing) return std::move(listing).value();
  if (listing.error().code == Code::Invalid) return too_new(at.value_or(0), parts_.store.revision());
  if (listing.error().code != Code::Gone) return StatusError(listing.error());
  if (options.continue_token.empty()) {
    return StatusError(kube::Reason::Expired, "The resourceVersion for the provided list is too old.");
  }
  return StatusError(
      kube::Reason::Expired,
      "The provided continue parameter is too old to display a consistent list result. You can "
      "start a new list without the continue parameter.");
}

Outcome<ListAnswer> ReadPath::list(const ResourceRow& row, const std::string& name_space,
                                   const ListOptions& options) const {
  const Selection selection =
      TRY(Selection::make(row, name_space, options.label_selector, options.field_selector));
  std::optional<ContinueFrom> from;
  std::optional<Revision> at;
  if (!options.continue_token.empty()) {
    if (!options.resource_version.empty() && options.resource_version != "0") {
      return kube::bad_request("specifying resource version is not allowed when using continue");
    }
    Result<ContinueFrom> decoded = decode_continue(options.continue_token);
    if (!decoded) return kube::bad_request(decoded.error().message);
    from = std::move(decoded).value();
    at = from->revision;
  } else if (!options.resource_version.empty()) {
    const Result<Revision> wanted = parse_revision(options.resource_version);
    if (!wanted) return kube::bad_request("invalid resource version: " + wanted.error().message);
    Revision current = parts_.store.revision();
    // Another server may have handed it out.
    if (*wanted > current && parts_.store.catch_up()) current = parts_.store.revision();
    if (*wanted > current) return too_new(*wanted, current);
    // A page of a list is of that very version, though it does not say so.
    const bool is_page = options.resource_version_match.empty() && options.limit > 0 && *wanted > 0;
    if (options.resource_version_match == "Exact" || is_page) at = *wanted;
  } else if (const Status known = parts_.store.catch_up(); !known) {
    return StatusError(known.error());
  }
  Listing listing = TRY(list_at({row.stored_as, selection.name_space}, options, at));
  ListAnswer answer{std::move(listing.objects), listing.revision};
  if (from)
    std::erase_if(answer.objects, [&](const ObjectPtr& object) { return object->key() <= from->after; });
  if (!selection.is_everything()) TRY(select(answer.objects, selection, row));
  // As from kube-apiserver's cache: "0" takes what there is, in one piece.
  if (options.resource_version != "0" || from) apply_limit(options, selection.is_everything(), answer);
  if (selection.is_everything()) TRY(form(answer.objects, row));
  return answer;
}

Outcome<std::unique_ptr<ObjectWatch>> ReadPath::watch(const ResourceRow& row, const std::string& name_space,
                                                      const ListOptions& options) const {
  Selection selection = TRY(Selection::make(row, name_space, options.label_selector, options.field_selector));
  const StoreScope scope{row.stored_as, selection.name_space};
  if (options.resource_version.empty()) {
    if (const Status known = parts_.store.catch_up(); !known) return StatusError(known.error());
  }
  Revision from = parts_.store.revision();
  if (!options.resource_version.empty()) {
    const Result<Revision> asked = parse_revision(options.resource_version);
    if (!asked) return StatusError(kube::Reason::None, asked.error().message);
    const bool begins_anew = options.send_initial_events.value_or(false);
    // Another server may have handed it out; what there is must not be older.
    if (begins_anew && *asked > from && parts_.store.catch_up()) from = parts_.store.revision();
    if (begins_anew && *asked > from) return too_new(*asked, from);
    if (*asked > 0 && !begins_anew) from = *asked;
  }
  std::optional<Listing> initial;
  if (wants_initial_events(options)) {
    initial = TRY(list_at(scope, options, std::nullopt));
    TRY(select(initial->objects, selection, row));
    from = initial->revision;
  }
  Result<std::unique_ptr<StoreWatch>> changes = parts_.store.watch(scope, from);
  if (!changes && changes.error().code == Code::Gone) {
    return too_old(from, parts_.store.oldest_known(row.stored_as));
  }
  if (!changes) return StatusError(changes.error());
  return std::make_unique<ObjectWatch>(std::move(changes).value(), std::move(selection), std::move(initial),
                                       ServedForm{row.converter, row.group_version()});
}

}  // namespace cw::apiserver
