// Tokens of ServiceAccounts: made, looked at, ended.
#include "apiserver/api_server.h"
#include "apiserver/tokens/authenticator.h"
#include "apiserver/tokens/openid.h"
#include "tests/unit/apiserver/test_folder.h"
#include "tests/unit/apiserver/token_scene.h"

namespace cw::apiserver {
namespace {

using std::chrono::seconds;

}  // namespace

TEST_CASE("a token says whose it is, for whom and how long", "[tokens]") {
  TokenScene scene;
  const TestAnswer answer = scene.ask({{"audiences", {"vault"}}, {"expirationSeconds", 700}});
  REQUIRE(answer.status == 201);
  const Json claims = claims_of(answer.body["status"]["token"]);
  CHECK(claims["iss"] == "https://kubernetes.default.svc");
  CHECK(claims["sub"] == "system:serviceaccount:ns:bot");
  CHECK(claims["aud"] == Json::array({"vault"}));
  CHECK(claims["exp"].get<int>() - claims["iat"].get<int>() == 700);
  CHECK(claims["nbf"] == claims["iat"]);
  CHECK(claims["jti"].get<std::string>().size() == 36);
  CHECK(claims["kubernetes.io"]["namespace"] == "ns");
  CHECK(claims["kubernetes.io"]["serviceaccount"]["name"] == "bot");
  CHECK(claims["kubernetes.io"]["serviceaccount"]["uid"] == answer.body["metadata"]["uid"]);
  CHECK(answer.body["spec"]["boundObjectRef"].is_null());
  CHECK(scene.ask().body["spec"]["expirationSeconds"] == 3600);
}

TEST_CASE("a request for a token is checked", "[tokens]") {
  TokenScene scene;
  CHECK(scene.ask({{"expirationSeconds", 599}}).status == 422);
  CHECK(scene.ask({{"expirationSeconds", 4294967297}}).body["message"] ==
        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: "
        "4294967297: may not specify a duration larger than 2^32 seconds");
  CHECK(scene.api.post(kTokenPath, {{"metadata", {{"name", "x"}}}}).status == 422);
  CHECK(scene.api.post(kTokenPath, {{"metadata", {{"uid", "x"}}}}).status == 409);
  CHECK(scene.api.post(kAccountsPath + "/none/token", Json::object()).status == 404);
  CHECK(scene.ask({{"boundObjectRef", {{"kind", "Secret"}, {"name", "none"}}}}).body["message"] ==
        "secrets \"none\" not found");
  CHECK(scene.ask({{"boundObjectRef", {{"kind", "Job"}, {"apiVersion", "batch/v1"}}}}).body["message"] ==
        "cannot bind token to object of type batch/v1, Kind=Job");
  CHECK(scene.ask({{"boundObjectRef", {{"kind", "Secret"}}}}).status == 400);
  scene.api.act_as("joe");
  CHECK(scene.ask().status == 403);
}

TEST_CASE("a token's user is the account, with its groups", "[tokens]") {
  TokenScene scene;
  const std::string token = scene.token();
  const auto found = scene.api.tokens().authenticate(token);
  REQUIRE(found.has_value());
  CHECK(found->user.username == "system:serviceaccount:ns:bot");
  CHECK(Json(found->user.uid) == claims_of(token)["kubernetes.io"]["serviceaccount"]["uid"]);
  CHECK(found->user.groups == kube::List<std::string>{"system:serviceaccounts", "system:serviceaccounts:ns",
                                                      "system:authenticated"});
  CHECK(found->user.extra.get("authentication.kubernetes.io/credential-id")[0] ==
        "JTI=" + claims_of(token)["jti"].get<std::string>());
}

TEST_CASE("a token is for its audiences", "[tokens]") {
  TokenScene scene;
  const std::string token = scene.token({{"audiences", {"vault", "other"}}});
  CHECK(scene.refusal(token) ==
        "[invalid bearer token, token audiences [\"vault\" \"other\"] is invalid for the target audiences "
        "[\"https://kubernetes.default.svc\"]]");
  CHECK(scene.api.tokens().authenticate(token, {"x", "vault"})->audiences ==
        std::vector<std::string>{"vault"});
}

TEST_CASE("a token ends with its time, its account and what it is bound to", "[tokens]") {
  TokenScene scene;
  const std::string secrets = kSecrets;
  scene.make("Secret", secrets, "s");
  const std::string plain = scene.token({{"expirationSeconds", 600}});
  const std::string bound = scene.token({{"boundObjectRef", {{"kind", "Secret"}, {"name", "s"}}}});
  CHECK(scene.is_good(bound));
  REQUIRE(scene.api.remove(secrets + "/s").status == 200);
  scene.make("Secret", secrets, "s");  // another one
  CHECK(scene.refusal(bound).find("secret UID") != std::string::npos);
  REQUIRE(scene.api.remove(secrets + "/s").status == 200);
  CHECK(scene.refusal(bound) == "[invalid bearer token, service account token has been invalidated]");

  scene.api.advance(seconds(660));
  CHECK(scene.is_good(plain));  // clocks may differ by a minute
  scene.api.advance(seconds(1));
  CHECK(scene.refusal(plain) == "[invalid bearer token, service account token has expired]");

  const std::string later = scene.token();
  REQUIRE(scene.api.remove(kAccountsPath + "/bot").status == 200);
  CHECK(scene.refusal(later) == "[invalid bearer token, serviceaccounts \"bot\" not found]");
  scene.make("ServiceAccount", kAccountsPath, "bot");
  CHECK(scene.refusal(later).find("does not match claim") != std::string::npos);
}

TEST_CASE("a token bound to a pod says so and lives for a year if kubelets ask", "[tokens]") {
  TokenScene scene;
  scene.make("Pod", "/api/v1/namespaces/ns/pods", "p",
             {{"spec",
               {{"serviceAccountName", "bot"},
                {"nodeName", "n1"},
                {"containers", Json::array({{{"name", "c"}, {"image", "i"}}})}}}});
  const Json reference{{"kind", "Pod"}, {"apiVersion", "v1"}, {"name", "p"}};
  const std::string token = scene.token({{"boundObjectRef", reference}, {"expirationSeconds", 3607}});
  const Json claims = claims_of(token);
  CHECK(claims["exp"].get<int>() - claims["iat"].get<int>() == 365 * 24 * 3600);
  CHECK(claims["kubernetes.io"]["warnafter"].get<int>() - claims["iat"].get<int>() == 3607);
  const auto user = scene.api.tokens().authenticate(token)->user;
  CHECK(user.extra.get("authentication.kubernetes.io/pod-name")[0] == "p");
  CHECK(user.extra.get("authentication.kubernetes.io/node-name")[0] == "n1");
  scene.make("ServiceAccount", kAccountsPath, "other");
  CHECK(scene.api.post(kAccountsPath + "/other/token", {{"spec", {{"boundObjectRef", reference}}}}).status ==
        400);
}

TEST_CASE("a request is from a certificate, a token or nobody", "[tokens]") {
  TokenScene scene;
  const Authenticator authenticator(scene.api.tokens());
  const std::string token = scene.token();
  const auto with = [&](const std::string& header) {
    http::Request request;
    if (!header.empty()) request.headers.emplace_back("authorization", header);
    return authenticator.authenticate(request);
  };
  CHECK(with("Bearer " + token)->username == "system:serviceaccount:ns:bot");
  CHECK(with("bearer " + token + " x")->username == "system:serviceaccount:ns:bot");
  CHECK(with("")->username == "system:anonymous");
  CHECK(with("Basic YTpi")->groups == kube::List<std::string>{"system:unauthenticated"});
  CHECK(with("Bearer")->username == "system:anonymous");
  CHECK(with("Bearer x").error().http == 401);
  http::Request both;
  both.peer = http::PeerIdentity{"jane", {"devs"}, {}, "ab"};
  both.headers.emplace_back("Authorization", "Bearer x");
  const auto jane = authenticator.authenticate(both);
  CHECK(jane->groups == kube::List<std::string>{"devs", "system:authenticated"});
  CHECK(jane->extra.get("authentication.kubernetes.io/credential-id")[0] == "X509SHA256=ab");
}

TEST_CASE("TokenReview tells whose a token is", "[tokens]") {
  TokenScene scene;
  const std::string path = "/apis/authentication.k8s.io/v1/tokenreviews";
  const Json good = scene.api.post(path, {{"spec", {{"token", scene.token()}}}}).body["status"];
  CHECK(good["authenticated"] == true);
  CHECK(good["user"]["username"] == "system:serviceaccount:ns:bot");
  CHECK(good["audiences"] == Json::array({"https://kubernetes.default.svc"}));
  const Json bad = scene.api.post(path, {{"spec", {{"token", "x"}}}}).body["status"];
  CHECK(bad == Json{{"user", Json::object()}, {"error", "invalid bearer token"}});
  CHECK(scene.api.post(path, {{"spec", Json::object()}}).status == 400);
}

TEST_CASE("the key is kept, and the documents show its public half", "[tokens]") {
  TestFolder folder;
  pki::SystemKeyMaker maker;
  std::string first, token;
  {
    const auto directory = DataDirectory::open(folder.file("data")).value();
    const auto keys = TokenKeys::open(directory.get(), maker).value();
    first = keys->key_set();
    token =
        keys->sign({.issuer = std::string(kTokenIssuer), .subject = "s", .name_space = "n", .account = {}})
            .value();
  }
  const auto directory = DataDirectory::open(folder.file("data")).value();
  const auto keys = TokenKeys::open(directory.get(), maker).value();
  CHECK(keys->key_set() == first);
  CHECK(keys->verify(token).has_value());
  CHECK(first.find("\"d\"") == std::string::npos);
  http::Request request;
  request.method = "GET";
  request.path = "/openid/v1/jwks/";
  CHECK(openid_response(request, *keys, "https://h")->body == first);
  request.path = "/.well-known/openid-configuration";
  CHECK(Json::parse(openid_response(request, *keys, "https://h")->body)["jwks_uri"] ==
        "https://h/openid/v1/jwks");
  request.path = "/.well-known/other";
  CHECK_FALSE(openid_response(request, *keys, "https://h").has_value());
  REQUIRE(write_private_file(directory->file("service-account.key"), "broken"));
  CHECK(TokenKeys::open(directory.get(), maker).error().message.find("remove it") != std::string::npos);
}

TEST_CASE("a client in the process makes tokens too", "[tokens]") {
  const SystemClock clock;
  pki::SystemKeyMaker maker;
  const auto server = ApiServer::create({}, clock, nullptr, maker).value();
  REQUIRE(server->start());
  const auto client = server->local_client("system:serviceaccount:cert-manager:cert-manager");
  const Json bot{{"metadata", {{"name", "bot"}, {"namespace", "default"}}}};
  REQUIRE(client->create({"", "v1", "serviceaccounts", "ServiceAccount"}, bot, {}));
  const Json request{{"metadata", {{"namespace", "default"}}},
                     {"spec", {{"audiences", {"vault"}}, {"expirationSeconds", 600}}}};
  const auto made = client->create({"", "v1", "serviceaccounts/bot/token", "TokenRequest"}, request, {});
  REQUIRE(made.has_value());
  CHECK(claims_of((*made)["status"]["token"])["aud"] == Json::array({"vault"}));
  CHECK(client->create({"", "v1", "serviceaccounts/no/token", "TokenRequest"}, request, {}).error().code ==
        Code::NotFound);
  CHECK(client->create({"", "v1", "serviceaccounts/bot/nix", "TokenRequest"}, request, {}).error().code ==
        Code::NotFound);
}

}  // namespace cw::apiserver
