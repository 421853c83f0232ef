#include "apiserver/kinds/kind_checks.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"
#include "lib/base/ascii.h"
#include "lib/pki/ip_address.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kNoIp = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

bool starts(const std::string& bytes, std::initializer_list<unsigned char> prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin(),
                                                     [](unsigned char a, char b) { return char(a) == b; });
}

bool is_all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

std::string out_of_range() { return "must be between 1 and 65535, inclusive"; }

}  // namespace

void add_problems(FieldErrors& errors, const FieldPath& at, std::string_view value,
                  const kube::Problems& problems) {
  for (const std::string& problem : problems) {
    errors.push_back(kube::invalid(at, kube::quoted(value), problem));
  }
}

kube::Problems wildcard_subdomain_problems(std::string_view text) {
  constexpr std::size_t kMaxSubdomain = 253;
  kube::Problems problems;
  if (text.size() > kMaxSubdomain) problems.emplace_back("must be no more than 253 characters");
  if (text.starts_with("*.") && kube::subdomain_problems(text.substr(2)).empty()) return problems;
  problems.emplace_back(
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
      "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character "
      "(e.g. "
      "'*.example.com', regex used for validation is "
      R"('\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'))");
  return problems;
}

kube::Problems port_name_problems(std::string_view text) {
  constexpr std::size_t kMaxPortName = 15;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  kube::Problems problems;
  if (text.size() > kMaxPortName) problems.emplace_back("must be no more than 15 characters");
  const bool plain =
      std::all_of(text.begin(), text.end(), [&](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
  if (text.empty() || !plain) {
    problems.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (std::none_of(text.begin(), text.end(), is_lower)) {
    problems.emplace_back("must contain at least one letter (a-z)");
  }
  if (text.find("--") != std::string_view::npos) {
    problems.emplace_back("must not contain consecutive hyphens");
  }
  if (!text.empty() && (text.front() == '-' || text.back() == '-')) {
    problems.emplace_back("must not begin or end with a hyphen");
  }
  return problems;
}

void check_port_number(FieldErrors& errors, const FieldPath& at, const Json* value) {
  const std::int64_t number = value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
  if (number >= 1 && number <= 65535) return;
  errors.push_back(kube::invalid(at, std::to_string(number), out_of_range()));
}

void check_port(FieldErrors& errors, const FieldPath& at, const Json* value) {
  if (value == nullptr || !value->is_string()) return check_port_number(errors, at, value);
  const auto name = value->get<std::string>();
  add_problems(errors, at, name, port_name_problems(name));
}

void check_protocol(FieldErrors& errors, const FieldPath& at, std::string_view protocol) {
  if (protocol.empty()) {
    errors.push_back(kube::required(at, ""));
  } else {
    check_choice(errors, at, protocol, {"SCTP", "TCP", "UDP"});
  }
}

void check_choice(FieldErrors& errors, const FieldPath& at, std::string_view value,
                  const std::vector<std::string>& choices) {
  if (value.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  errors.push_back(kube::not_supported(at, kube::quoted(value), choices));
}

void check_qualified_name(FieldErrors& errors, const FieldPath& at, std::string_view name) {
  add_problems(errors, at, name, kube::qualified_name_problems(name));
}

void check_labels_at(FieldErrors& errors, const FieldPath& at, const Json& labels) {
  for (const auto& [key, value] : labels.items()) {
    add_problems(errors, at, key, kube::qualified_name_problems(key));
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    add_problems(errors, at, text, kube::label_value_problems(text));
  }
}

bool is_ip(std::string_view text) { return pki::parse_ip(text).has_value(); }

bool is_ipv6(std::string_view text) { return text.find(':') != std::string_view::npos && is_ip(text); }

bool check_ip(FieldErrors& errors, const FieldPath& at, std::string_view address) {
  if (is_ip(address)) return true;
  errors.push_back(kube::invalid(at, kube::quoted(address), std::string(kNoIp)));
  return false;
}

void check_endpoint_ip(FieldErrors& errors, const FieldPath& at, std::string_view address) {
  const auto parsed = pki::parse_ip(address);
  const auto refuse = [&](std::string why) {
    errors.push_back(kube::invalid(at, kube::quoted(address), std::move(why)));
  };
  if (!parsed) return refuse("must be a valid IP address");
  const std::string& bytes = parsed->bytes;
  const bool v4 = bytes.size() == 4;
  if (is_all_zero(bytes)) refuse("may not be unspecified (" + std::string(address) + ")");
  const bool loopback =
      v4 ? starts(bytes, {127}) : is_all_zero(std::string_view(bytes).substr(0, 15)) && bytes.back() == 1;
  if (loopback) refuse("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  const bool link_local = v4 ? starts(bytes, {169, 254})
                             : starts(bytes, {0xfe}) && (static_cast<unsigned char>(bytes[1]) & 0xc0) == 0x80;
  if (link_local) refuse("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  const bool multicast = v4 ? starts(bytes, {224, 0, 0})
                            : starts(bytes, {0xff}) && (static_cast<unsigned char>(bytes[1]) & 0x0f) == 2;
  if (multicast) refuse("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}

void check_balancer_point(FieldErrors& errors, const FieldPath& at, const Json& point) {
  const std::string ip = text_member(point, "ip");
  if (!ip.empty()) check_ip(errors, at.child("ip"), ip);
  const std::string host = text_member(point, "hostname");
  if (host.empty()) return;
  add_problems(errors, at.child("hostname"), host, kube::subdomain_problems(host));
  if (!is_ip(host)) return;
  errors.push_back(
      kube::invalid(at.child("hostname"), kube::quoted(host), "must be a DNS name, not an IP address"));
}

std::string shown_json(const Json* value) { return value != nullptr ? dumped(*value) : "null"; }

std::int64_t number_member(const Json& object, std::string_view name) {
  const Json* value = find_member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

const Json* find_condition(const Json& conditions, std::string_view type) {
  for (const Json& condition : conditions) {
    if (text_member(condition, "type") == type) return &condition;
  }
  return nullptr;
}

}  // namespace cw::apiserver
