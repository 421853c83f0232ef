#include "lib/acme/decode.h"

#include "lib/acme/bounded_json.h"
#include "lib/acme/decode_problem.h"
#include "lib/acme/problem.h"
#include "lib/acme/text_rules.h"
#include "lib/base/ascii.h"
#include "lib/base/time_text.h"
#include "lib/pki/certificate.h"

namespace cw::acme {
namespace {

constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxDescription = 1024;
constexpr std::size_t kMaxToken = 512;
constexpr std::size_t kMaxContact = 1024;
constexpr std::size_t kMaxTime = 64;

Document document(const char* what, const Body& body) {
  return {.what = what, .content_type = body.content_type, .body = body.bytes, .https_only = body.https_only};
}

Answer<Done> decode_urls(const Members& members, Directory& directory) {
  directory.new_nonce = TRY(members.url("newNonce"));
  directory.new_account = TRY(members.url("newAccount"));
  directory.new_order = TRY(members.url("newOrder"));
  directory.revoke_cert = TRY(members.optional_url("revokeCert"));
  directory.key_change = TRY(members.optional_url("keyChange"));
  directory.renewal_info = TRY(members.optional_url("renewalInfo"));
  return Done{};
}

Answer<std::map<std::string, std::string>> decode_profiles(const Document& whole, const Members& meta) {
  std::map<std::string, std::string> profiles;
  const Json* object = TRY(meta.object("profiles"));
  if (object == nullptr) return profiles;
  if (object->size() > kMaxProfiles) {
    return meta.wrong("profiles", "has more than " + std::to_string(kMaxProfiles) + " members");
  }
  const Members members(whole, *object);
  for (const auto& [name, description] : object->items()) {
    if (name.size() > kMaxName) return meta.wrong("profiles", "has a name that is too long");
    profiles[name] = TRY(members.text(name.c_str(), kMaxDescription));
  }
  return profiles;
}

Answer<Done> decode_meta(const Document& whole, const Members& members, Directory& directory) {
  const Json* object = TRY(members.object("meta"));
  if (object == nullptr) return Done{};
  const Members meta(whole, *object);
  directory.profiles = TRY(decode_profiles(whole, meta));
  directory.external_account_required = TRY(meta.flag("externalAccountRequired"));
  directory.terms_of_service = TRY(meta.optional_text("termsOfService", kMaxUrl));
  return Done{};
}

// In words; empty if there is no such member.
Answer<std::string> decode_error(const Members& members) {
  const Json* error = TRY(members.object("error"));
  return error == nullptr ? std::string() : describe(problem_of(*error, 0));
}

// What an order of that status has to have (RFC 8555 §7.1.3).
Answer<Done> check_parts(const Members& members, const Order& order) {
  const bool open = order.status == "pending" || order.status == "ready";
  if (open && order.finalize.empty()) return members.wrong("finalize", "is missing");
  if (order.status == "pending" && order.authorizations.empty()) {
    return members.wrong("authorizations", "is missing or empty");
  }
  if (order.status == "valid" && order.certificate.empty()) return members.wrong("certificate", "is missing");
  return Done{};
}

bool is_known_type(std::string_view type) {
  return type == "http-01" || type == "dns-01" || type == "tls-alpn-01";
}

// A token becomes part of paths and records (RFC 8555 §8.1): of the types that use it, no other is taken.
Answer<std::string> decode_token(const Members& members, std::string_view type) {
  if (!is_known_type(type)) return std::string();
  std::string token = TRY(members.text("token", kMaxToken));
  if (!is_base64url(token)) return members.wrong("token", "is not base64url");
  return token;
}

Answer<Challenge> challenge_of(const Document& whole, const Json& object) {
  const Members members(whole, object);
  Challenge challenge;
  challenge.type = TRY(members.text("type", kMaxName));
  challenge.url = TRY(members.url("url"));
  challenge.status = TRY(members.choice("status", {"pending", "processing", "valid", "invalid"}));
  challenge.token = TRY(decode_token(members, challenge.type));
  challenge.error = TRY(decode_error(members));
  return challenge;
}

Answer<Identifier> decode_identifier(const Document& whole, const Members& members) {
  const Json* object = TRY(members.object("identifier"));
  if (object == nullptr) return members.wrong("identifier", "is missing");
  const Members parts(whole, *object);
  Identifier identifier;
  identifier.type = TRY(parts.text("type", kMaxName));
  identifier.value = TRY(parts.text("value", kMaxName));
  return identifier;
}

// Challenges of types that are not known may be of any form: they are left out if they are not of this one.
Answer<std::vector<Challenge>> decode_challenges(const Document& whole, const Members& members) {
  std::vector<Challenge> challenges;
  const Json* items = TRY(members.list("challenges", kMaxChallenges));
  if (items == nullptr) return members.wrong("challenges", "is missing");
  for (const Json& item : *items) {
    if (!item.is_object()) return members.wrong("challenges", "has an item that is no object");
    const std::string type = TRY(Members(whole, item).text("type", kMaxName));
    auto challenge = challenge_of(whole, item);
    if (!challenge && is_known_type(type)) return std::move(challenge).error();
    if (challenge) challenges.push_back(*std::move(challenge));
  }
  return challenges;
}

Answer<TimePoint> decode_time(const Members& members, const char* name) {
  const auto time = parse_time(TRY(members.text(name, kMaxTime)));
  if (!time) return members.wrong(name, "is no time: " + time.error().message);
  return *time;
}

// Of PEM, those that are cut off too: what is read of it leaves them out.
std::size_t count_blocks(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  std::size_t count = 0;
  for (auto at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at + 1)) ++count;
  return count;
}

}  // namespace

Answer<Directory> decode_directory(const Body& body) {
  const Document whole = document("directory", body);
  const Json object = TRY(parse_object(whole));
  const Members members(whole, object);
  Directory directory;
  TRY(decode_urls(members, directory));
  TRY(decode_meta(whole, members, directory));
  return directory;
}

Answer<Account> decode_account(const Body& body) {
  const Document whole = document("account", body);
  const Json object = TRY(parse_object(whole));
  const Members members(whole, object);
  Account account;
  account.status = TRY(members.choice("status", {"valid", "deactivated", "revoked"}));
  account.contact = TRY(members.texts("contact", kMaxContacts, kMaxContact));
  return account;
}

Answer<Order> decode_order(const Body& body) {
  const Document whole = document("order", body);
  const Json object = TRY(parse_object(whole));
  const Members members(whole, object);
  Order order;
  order.status = TRY(members.choice("status", {"pending", "ready", "processing", "valid", "invalid"}));
  order.authorizations = TRY(members.urls("authorizations", kMaxAuthorizations));
  order.finalize = TRY(members.optional_url("finalize"));
  order.certificate = TRY(members.optional_url("certificate"));
  order.error = TRY(decode_error(members));
  TRY(check_parts(members, order));
  return order;
}

Answer<Authorization> decode_authorization(const Body& body) {
  const Document whole = document("authorization", body);
  const Json object = TRY(parse_object(whole));
  const Members members(whole, object);
  Authorization authorization;
  authorization.status =
      TRY(members.choice("status", {"pending", "valid", "invalid", "deactivated", "expired", "revoked"}));
  authorization.identifier = TRY(decode_identifier(whole, members));
  authorization.wildcard = TRY(members.flag("wildcard"));
  authorization.challenges = TRY(decode_challenges(whole, members));
  return authorization;
}

Answer<Challenge> decode_challenge(const Body& body) {
  const Document whole = document("challenge", body);
  const Json object = TRY(parse_object(whole));
  return challenge_of(whole, object);
}

Answer<RenewalInfo> decode_renewal_info(const Body& body) {
  const Document whole = document("renewal information", body);
  const Json object = TRY(parse_object(whole));
  const Members members(whole, object);
  const Json* window = TRY(members.object("suggestedWindow"));
  if (window == nullptr) return members.wrong("suggestedWindow", "is missing");
  const Members times(whole, *window);
  RenewalInfo info;
  info.start = TRY(decode_time(times, "start"));
  info.end = TRY(decode_time(times, "end"));
  // RFC 9773 §4.2: such a window is as if there was no answer.
  if (info.end <= info.start) return members.wrong("suggestedWindow", "ends before it begins");
  info.explanation_url = TRY(members.optional_text("explanationURL", kMaxUrl));
  return info;
}

Answer<CertificateChain> decode_chain(const Body& body) {
  constexpr std::size_t kShown = 120;
  const auto wrong = [](const std::string& why) { return malformed_answer("acme: certificate: " + why); };
  const std::string type =
      lower_case(trimmed(body.content_type.substr(0, body.content_type.find(';')), " \t"));
  if (!type.empty() && type != "application/pem-certificate-chain") {
    return wrong("the server answered with " + shown(type, kShown) +
                 ", not with application/pem-certificate-chain");
  }
  const auto chain = pki::Certificate::parse_chain(body.bytes, {.chain = kMaxChainBytes});
  if (!chain) return wrong(chain.error().message);
  if (count_blocks(body.bytes) != chain->size())
    return wrong("the chain is cut off, or is not of certificates alone");
  return CertificateChain{.pem = std::string(body.bytes), .alternates = {}};
}

Problem decode_problem(int status, const Body& body) {
  const auto object = parse_object(document("problem", body));
  if (object) return problem_of(*object, status);
  constexpr std::size_t kShown = 200;
  const std::string text = shown(trimmed(body.bytes, " \t\r\n"), kShown);
  return {.type = "about:blank",
          .detail = text.empty() ? "the server answered without a reason" : text,
          .status = status,
          .subproblems = {}};
}

}  // namespace cw::acme
