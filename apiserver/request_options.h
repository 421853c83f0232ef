// The query parameters of requests, checked as kube-apiserver checks them (CreateOptions, PatchOptions,
// ListOptions, DeleteOptions). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/kube/status.h"

namespace cw::apiserver {

using kube::Json;
using Query = std::multimap<std::string, std::string>;

// "" if it is not given.
std::string parameter(const Query&, const std::string& name);
// Whatever its value is, but for "0" and "false".
bool is_true_parameter(const Query&, const std::string& name);

enum class FieldValidation : std::uint8_t { Ignore, Warn, Strict };

struct WriteOptions {
  bool dry_run = false;
  bool force = false;  // server-side apply takes fields from other managers
  std::string field_manager = {};
  FieldValidation validation = FieldValidation::Warn;
  // As the client stated them: what webhooks are told.
  std::string given_manager = {};
  std::string given_validation = {};
};

// `kind` as errors name it: "CreateOptions", "UpdateOptions", "PatchOptions".
// `errors`: what is wrong with the options already; told first.
kube::Outcome<WriteOptions> read_write_options(const Query&, std::string_view kind,
                                               kube::FieldErrors errors = {});

enum class Propagation : std::uint8_t { Unset, Background, Foreground, Orphan };

struct DeleteOptions {
  bool dry_run = false;
  Propagation propagation = Propagation::Unset;
  std::optional<std::int64_t> grace = {};            // seconds
  std::optional<std::string> uid = {};               // preconditions
  std::optional<std::string> resource_version = {};  // preconditions
};

// A body that is not null is a DeleteOptions object and goes before the query.
kube::Outcome<DeleteOptions> read_delete_options(const Query&, const Json& body);

struct ListOptions {
  std::string label_selector = {};
  std::string field_selector = {};
  std::int64_t limit = 0;  // 0: no limit
  std::string continue_token = {};
  std::string resource_version = {};
  std::string resource_version_match = {};
  bool allow_bookmarks = false;
  std::optional<bool> send_initial_events = {};
  std::optional<std::chrono::seconds> timeout = {};
};

enum class ListVerb : std::uint8_t { List, Watch };
kube::Outcome<ListOptions> read_list_options(const Query&, ListVerb);

}  // namespace cw::apiserver
