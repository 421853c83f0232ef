#include "lib/policy/words.h"

#include <algorithm>

#include "lib/api/names.h"
#include "lib/base/ascii.h"
#include "lib/kube/field_error.h"
#include "lib/kube/service_account.h"
#include "lib/kube/utf8.h"

namespace cw::policy {
namespace {

constexpr std::size_t kMaxShownValue = 200;

bool is_safe_in_shell(char c) {
  constexpr std::string_view kOthers = "-_.:/@,+=%";
  return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

}  // namespace

std::string short_duration(Duration duration) {
  std::string text = format_duration(duration);
  if (text.ends_with("m0s")) text.resize(text.size() - 2);
  if (text.ends_with("h0m")) text.resize(text.size() - 2);
  return text;
}

std::string shortened(std::string_view text, std::size_t limit) {
  constexpr std::string_view kMark = "...";
  if (text.size() <= limit) return std::string(text);
  std::size_t end = limit > kMark.size() ? limit - kMark.size() : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)).append(kMark);
}

std::string shown_value(std::string_view value) { return kube::quoted(shortened(value, kMaxShownValue)); }

std::string in_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const kube::Rune rune = kube::rune_at(text, at);
    const char c = text[at];
    if (rune.length > 1 || static_cast<unsigned char>(c) >= 0x7F) {
      out += '?';
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    at += rune.length;
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_safe_in_shell)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out += '\'';
}

std::string listed(const std::vector<std::string>& texts, std::size_t limit) {
  std::string out;
  const std::size_t shown = std::min(texts.size(), limit);
  for (std::size_t i = 0; i < shown; ++i) out.append(i > 0 ? ", " : "").append(texts[i]);
  if (shown < texts.size()) out += " and " + std::to_string(texts.size() - shown) + " more";
  return out;
}

std::string issuer_text(const api::IssuerReference& issuer) {
  std::string text = issuer.kind;
  if (issuer.group != api::kGroup) text += "." + issuer.group;
  return text + " " + issuer.name;
}

std::string grant_command(const kube::UserInfo& user, const std::string& policy,
                          const std::string& name_space) {
  const std::string role = shell_word("use-" + policy);
  std::string command = "kubectl create clusterrole " + role +
                        " --verb=use --resource=certificaterequestpolicies.policy.cert-manager.io "
                        "--resource-name=" +
                        shell_word(policy) + " && kubectl create rolebinding " + role + " -n " +
                        shell_word(name_space) + " --clusterrole=" + role;
  if (user.username.starts_with(kube::kServiceAccountPrefix)) {
    return command +
           " --serviceaccount=" + shell_word(user.username.substr(kube::kServiceAccountPrefix.size()));
  }
  return command + " --user=" + shell_word(user.username);
}

}  // namespace cw::policy
