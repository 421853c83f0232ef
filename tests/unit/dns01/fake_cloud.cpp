#include "tests/unit/dns01/fake_cloud.h"

#include <algorithm>

#include "lib/base/ascii.h"
#include "lib/http/url.h"

namespace cw::dns01::test {

std::string Asked::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string Asked::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::map<std::string, std::string> parse_form(std::string_view text) {
  std::map<std::string, std::string> form;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find('&'));
    const auto equals = std::min(part.find('='), part.size());
    form[decoded(part.substr(0, equals))] =
        equals < part.size() ? decoded(part.substr(equals + 1)) : std::string();
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return form;
}

ClientResponse json_answer(int status, const Json& body) {
  return {.status = status, .body = body.dump(), .headers = {{"Content-Type", "application/json"}}};
}

ClientResponse text_answer(int status, std::string body) {
  return {.status = status, .body = std::move(body), .headers = {}};
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::string rest = path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    if (end > 0) parts.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return parts;
}

Result<ClientResponse> FakeCloud::fetch(const FetchRequest& request) {
  const auto url = TRY(http::split_url(request.url));
  const auto query_at = std::min(url.target.find('?'), url.target.size());
  Asked asked{.method = request.method,
              .host = url.origin.substr(url.origin.find("//") + 2),
              .path = decoded(url.target.substr(0, query_at)),
              .query = parse_form(query_at < url.target.size() ? url.target.substr(query_at + 1) : ""),
              .headers = {},
              .body = request.body};
  for (const auto& [name, value] : request.headers) asked.headers[lower_case(name)] = value;
  if (!request.content_type.empty()) asked.headers["content-type"] = request.content_type;
  if (instead) {
    if (auto other = instead(asked)) return *other;
  }
  const std::scoped_lock lock(mutex_);
  asked_.push_back(asked);
  if (before_write && is_write(asked)) std::exchange(before_write, nullptr)();
  return answer(asked);
}

void FakeCloud::remove_zones() {
  const std::scoped_lock lock(mutex_);
  zones_.clear();
}

void FakeCloud::set_values(const std::string& name, std::vector<std::string> values) {
  ++versions_[name];
  if (values.empty()) {
    records_.erase(name);
  } else {
    records_[name] = std::move(values);
  }
}

// Without the lock, which before_write is called with: only there, or while nobody asks.
void FakeCloud::put(const std::string& name, const std::string& value) {
  ++versions_[name];
  records_[name].push_back(value);
}

std::vector<std::string> FakeCloud::values(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = records_.find(name);
  auto values = found == records_.end() ? std::vector<std::string>() : found->second;
  std::ranges::sort(values);
  return values;
}

std::vector<Asked> FakeCloud::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

std::size_t FakeCloud::count(const std::string& method) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(asked_, [&](const auto& one) { return one.method == method; }));
}

std::vector<Provider> all_providers() {
  std::vector<Provider> all;
  all.push_back(route53_provider());
  all.push_back(cloudflare_provider());
  all.push_back(digitalocean_provider());
  all.push_back(cloud_dns_provider());
  all.push_back(azure_provider());
  all.push_back(akamai_provider());
  all.push_back(acme_dns_provider());
  return all;
}

}  // namespace cw::dns01::test
