#include "controller/service_account_tokens.h"

#include <nlohmann/json.hpp>

namespace cw::controller {
namespace {

constexpr int kSeconds = 600;  // reference/controllers.md 6.3

// What could lead to another path than that of the subresource.
bool is_name(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos &&
         text.front() != '.';
}

}  // namespace

ServiceAccountTokens service_account_tokens(kube::KubeWriter& writer) {
  return [&writer](const std::string& name_space, const std::string& name,
                   const std::vector<std::string>& audiences) -> Result<SecretBytes> {
    if (!is_name(name)) return Error{Code::Invalid, "serviceAccountRef.name \"" + name + "\" is no name"};
    const std::string plural = "serviceaccounts/" + name + "/token";
    const kube::Resource tokens{"", "v1", plural, "TokenRequest"};
    const kube::Json request = {{"apiVersion", "authentication.k8s.io/v1"},
                                {"kind", "TokenRequest"},
                                {"metadata", {{"namespace", name_space}}},
                                {"spec", {{"audiences", audiences}, {"expirationSeconds", kSeconds}}}};
    const auto answer = TRY(writer.create(tokens, request));
    const auto token = answer.value(kube::Json::json_pointer("/status/token"), std::string());
    if (token.empty()) return Error{Code::Unavailable, "the API server answered without a token"};
    return SecretBytes(token);
  };
}

}  // namespace cw::controller
