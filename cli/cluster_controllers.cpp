#include "cli/cluster_controllers.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cw::cli {
namespace {

struct Named {
  std::string_view name;
  bool apiserver::AccountControllers::* on;
};
constexpr std::array<Named, 3> kNames{
    {{"serviceaccount-controller", &apiserver::AccountControllers::default_accounts},
     {"root-ca-certificate-publisher-controller", &apiserver::AccountControllers::root_ca},
     {"serviceaccount-token-controller", &apiserver::AccountControllers::secret_tokens}}};

bool is_exclusion(const std::string& entry) { return entry.starts_with('-'); }

}  // namespace

Result<apiserver::AccountControllers> cluster_controllers(const std::vector<std::string>& wanted) {
  const bool all = std::find(wanted.begin(), wanted.end(), "*") != wanted.end() ||
                   std::all_of(wanted.begin(), wanted.end(), is_exclusion);
  apiserver::AccountControllers on{all, all, all};
  for (const bool exclusions : {false, true}) {  // an exclusion always wins
    for (const std::string& entry : wanted) {
      if (entry == "*" || is_exclusion(entry) != exclusions) continue;
      const auto name = std::string_view(entry).substr(exclusions ? 1 : 0);
      const auto known =
          std::find_if(kNames.begin(), kNames.end(), [name](const Named& one) { return one.name == name; });
      if (known == kNames.end()) {
        return Error{Code::Invalid, "--cluster-controllers: \"" + entry + "\" is no known controller"};
      }
      on.*(known->on) = !exclusions;
    }
  }
  return on;
}

}  // namespace cw::cli
