#include "tests/unit/apiserver/test_api.h"

#include <catch2/catch.hpp>

#include "apiserver/api_response.h"
#include "lib/http/url.h"

namespace cw::apiserver {
namespace {

constexpr TimePoint kStart{std::chrono::seconds(1'700'000'000)};

std::unique_ptr<CachedStore> memory_store(const Clock& clock) {
  return std::move(CachedStore::open(nullptr, clock)).value();
}

// One key for all: it is not what tests are about.
std::unique_ptr<const TokenKeys> token_keys() {
  class OneKey final : public pki::KeyMaker {
   public:
    Result<pki::PrivateKey> make_key(const pki::KeySpec& spec) override {
      static const pki::PrivateKey kKey = pki::PrivateKey::generate(spec).value();
      return kKey;
    }
  } keys;
  return std::move(TokenKeys::open(nullptr, keys)).value();
}

}  // namespace

std::string ScriptedAdmitter::review(kube::AdmissionStep step, std::string_view review_json) {
  ++asked;
  const Json review = Json::parse(review_json);
  return kube::encode_answer(review["request"]["uid"].get<std::string>(), script_(step, review));
}

const HouseOptions TestApi::kBareHouse{.accounts = {false, false, false}};

TestApi::TestApi(kube::Admitter* admitter, const HouseOptions& house, webhooks::Caller* caller)
    : clock_(kStart),
      store_(memory_store(clock_)),
      authorizer_(*store_),
      webhooks_({*store_, resources_, types_, authorizer_, caller != nullptr ? *caller : unreachable_}),
      admission_(admitter, types_, &webhooks_),
      tokens_(*store_, clock_),
      parts_{
          *store_, resources_, types_,        admission_,         authorizer_,
          clock_,  tokens_,    &definitions_, no_documentation(), caller != nullptr ? caller : &unreachable_},
      definitions_(parts_, resources_, gate_),
      api_(parts_, gate_, stopping_.get_token()),
      housekeeping_(parts_, gate_, house) {
  tokens_.use(token_keys());
  webhooks_.begin();
  REQUIRE(post("/api/v1/namespaces", {{"metadata", {{"name", "ns"}}}}).status == 201);
}

TestAnswer TestApi::send(const std::string& method, const std::string& target, const std::string& body,
                         const std::string& content_type) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.body = body;
  if (!body.empty()) request.headers.emplace_back("Content-Type", content_type);
  return send_request(std::move(request));
}

TestAnswer TestApi::send_request(http::Request request) {
  const std::size_t mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  request.query = http::query_of(request.target);
  TestAnswer answer;
  const RequestInfo info = read_request(request);
  const auto allowed = authorizer_.check(user_, info);
  answer.response =
      allowed ? api_.handle(request, info, user_, answer.notes) : status_response(allowed.error());
  answer.status = answer.response.status;
  answer.body = Json::parse(answer.response.body, nullptr, false);
  return answer;
}

void TestApi::act_as(std::string user, kube::List<std::string> groups) {
  user_ = {};
  user_.username = std::move(user);
  user_.groups = std::move(groups);
}

void TestApi::keep_house() {
  while (housekeeping_.step()) {
  }
}

std::vector<Json> watch(TestApi& api, const std::string& target, int most, const std::string& accept) {
  http::Request request;
  request.method = "GET";
  request.target = target;
  if (!accept.empty()) request.headers.emplace_back("Accept", accept);
  const TestAnswer answer = api.send_request(request);
  REQUIRE(answer.status == 200);
  std::string text = answer.response.body;
  if (answer.response.stream) {
    answer.response.stream([&](std::string_view piece) {
      text += piece;
      return --most > 0;
    });
  }
  std::vector<Json> events;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) events.push_back(Json::parse(line));
  return events;
}

Json certificate(const std::string& name) {
  return {
      {"apiVersion", "cert-manager.io/v1"},
      {"kind", "Certificate"},
      {"metadata", {{"name", name}}},
      {"spec",
       {{"secretName", name + "-tls"}, {"dnsNames", {"a.example.com"}}, {"issuerRef", {{"name", "ca"}}}}}};
}

Json config_map(const std::string& name, const Json& data) {
  return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", data}};
}

}  // namespace cw::apiserver
