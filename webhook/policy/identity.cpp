#include "webhook/policy/identity.h"

#include <algorithm>

#include "lib/kube/json_text.h"

namespace cw::webhook {
namespace {

using kube::FieldErrors;
using kube::FieldPath;
using Strings = kube::List<std::string>;
using Extra = kube::MapOf<Strings>;

// As multisets; absent is empty.
bool same_members(const Strings& a, const Strings& b) {
  if (a.size() != b.size()) return false;
  if (a.items() == b.items()) return true;
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

bool same_extra(const Extra& a, const Extra& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.first == other.first && same_members(one.second, other.second);
  });
}

constexpr std::string_view kForged = "must be the one who creates the request: leave it out, it is filled in";
constexpr std::string_view kFrozen = "may not be changed after creation";

void refuse_if(FieldErrors& errors, bool wrong, std::string_view field, std::string_view why,
               std::string_view rule) {
  if (!wrong) return;
  errors.push_back(kube::forbidden(FieldPath("spec").child(field), std::string(why)));
  errors.back().rule = rule;
}

void append_extra(std::string& out, const Extra& extra) {
  out += '{';
  bool first = true;
  for (const auto& [key, values] : extra) {
    if (!first) out += ',';
    first = false;
    kube::append_json_string(out, key);
    out += ':';
    kube::append_json_strings(out, values);
  }
  out += '}';
}

class PatchText {
 public:
  void set(std::string_view path, Stamp now, const std::string& json) {
    if (now != Stamp::Same) append(now == Stamp::Absent ? "add" : "replace", path, ",\"value\":" + json);
  }
  void remove(std::string_view path, Stamp now) {
    if (now != Stamp::Absent) append("remove", path, "");
  }
  std::string text() const { return text_.empty() ? text_ : "[" + text_ + "]"; }

 private:
  void append(std::string_view operation, std::string_view path, const std::string& rest) {
    if (!text_.empty()) text_ += ',';
    text_.append("{\"op\":\"").append(operation).append("\",\"path\":\"").append(path).append("\"");
    text_.append(rest).append("}");
  }
  std::string text_;
};

std::string strings_json(const Strings& strings) {
  std::string out;
  kube::append_json_strings(out, strings);
  return out;
}

std::string extra_json(const Extra& extra) {
  std::string out;
  append_extra(out, extra);
  return out;
}

std::string whole_spec_json(const kube::UserInfo& user) {
  std::string out = "{\"uid\":" + kube::json_string(user.uid);
  out += ",\"username\":" + kube::json_string(user.username);
  out += ",\"groups\":" + strings_json(user.groups);
  if (!user.extra.empty()) out += ",\"extra\":" + extra_json(user.extra);
  return out + "}";
}

}  // namespace

FieldErrors verify_identity(const kube::UserInfo& user, const api::CertificateRequestSpec& spec) {
  FieldErrors errors;
  refuse_if(errors, spec.uid != user.uid, "uid", kForged, "identity.uid.forged");
  refuse_if(errors, spec.username != user.username, "username", kForged, "identity.username.forged");
  refuse_if(errors, !same_members(spec.groups, user.groups), "groups", kForged, "identity.groups.forged");
  refuse_if(errors, !same_extra(spec.extra, user.extra), "extra", kForged, "identity.extra.forged");
  return errors;
}

FieldErrors verify_same_identity(const api::CertificateRequestSpec& before,
                                 const api::CertificateRequestSpec& after) {
  FieldErrors errors;
  refuse_if(errors, before.uid != after.uid, "uid", kFrozen, "identity.uid.frozen");
  refuse_if(errors, before.username != after.username, "username", kFrozen, "identity.username.frozen");
  refuse_if(errors, !same_members(before.groups, after.groups), "groups", kFrozen, "identity.groups.frozen");
  refuse_if(errors, before.extra != after.extra, "extra", kFrozen, "identity.extra.frozen");
  return errors;
}

std::string identity_patch(const kube::UserInfo& user, const StampedSpec& now) {
  PatchText patch;
  if (now.spec == Stamp::Absent) {
    patch.set("/spec", Stamp::Absent, whole_spec_json(user));
    return patch.text();
  }
  patch.set("/spec/uid", now.uid, kube::json_string(user.uid));
  patch.set("/spec/username", now.username, kube::json_string(user.username));
  patch.set("/spec/groups", now.groups, strings_json(user.groups));
  if (user.extra.empty()) {
    patch.remove("/spec/extra", now.extra);
  } else {
    patch.set("/spec/extra", now.extra, extra_json(user.extra));
  }
  return patch.text();
}

}  // namespace cw::webhook
