#include "cli/standalone_acme.h"

#include <optional>

#include "cli/http01_answerer.h"
#include "controller/acme/http01_board_solver.h"
#include "controller/acme/self_check.h"
#include "controller/acme/tls_alpn01_solver.h"
#include "controller/acme/token_board.h"
#include "lib/http/acme_tls.h"

namespace cw::cli {
namespace {

namespace acme = controller::acme;

// Says what to do, instead of waiting for a port that nobody opens.
class Unanswered final : public acme::ChallengeSolver {
 public:
  Status present(const api::Challenge& /*challenge*/, const acme::SolverScope& /*scope*/) override {
    return Error{Code::Invalid,
                 "HTTP-01 challenges cannot be answered: start standalone with --http01-port, the port that "
                 "port 80 of the names leads to"};
  }
  Result<acme::Visibility> check(const api::Challenge& challenge, const acme::SolverScope& scope) override {
    return present(challenge, scope).error();
  }
  Status clean_up(const api::Challenge& /*challenge*/, const acme::SolverScope& /*scope*/) override {
    return Done{};
  }
};

}  // namespace

struct StandaloneAcme::Impl {
  Impl(const controller::AcmeOptions& options, const AnswererOptions& answerers, const Clock& clock,
       pki::KeyMaker& keys)
      : system(options, clock),
        self_check(*system.world().self_check, options.http01_check_port),
        http01(board, self_check, clock),
        tls_alpn01(
            {.resolve = acme::self_check_fetcher(*system.world().lookup, options.http01_nameservers).resolve,
             .port = answerers.tls_alpn01_check_port},
            keys, clock) {
    answer_http01(answerers);
    answer_tls_alpn01(answerers);
  }

  void answer_tls_alpn01(const AnswererOptions& answerers) {
    if (answerers.tls_alpn01_port == 0) return;
    system.world().tls_alpn01 = &tls_alpn01;
    system.world().prefer_tls_alpn01 = answerers.http01_port == 0;
    tls_answerer.emplace(
        http::AcmeTlsOptions{.address = answerers.address, .port = answerers.tls_alpn01_port},
        [this](const std::string& name) { return tls_alpn01.find(name); });
  }

  void answer_http01(const AnswererOptions& answerers) {
    system.world().http01 =
        answerers.http01_port == 0 ? static_cast<acme::ChallengeSolver*>(&unanswered) : &http01;
    if (answerers.http01_port == 0) return;
    answerer.emplace(
        answerers.address, answerers.http01_port,
        [this](std::string_view host, std::string_view token) { return board.find(host, token); });
  }

  controller::SystemAcmeWorld system;
  acme::TokenBoard board;
  acme::SelfCheck self_check;
  acme::Http01BoardSolver http01;
  Unanswered unanswered;
  acme::TlsAlpn01Solver tls_alpn01;
  std::optional<Http01Answerer> answerer;
  std::optional<http::AcmeTlsServer> tls_answerer;
};

StandaloneAcme::StandaloneAcme(const controller::AcmeOptions& options, const AnswererOptions& answerers,
                               const Clock& clock, pki::KeyMaker& keys)
    : impl_(std::make_unique<Impl>(options, answerers, clock, keys)) {}
StandaloneAcme::~StandaloneAcme() = default;

Status StandaloneAcme::start() {
  if (impl_->answerer) TRY(impl_->answerer->start());
  if (impl_->tls_answerer) TRY(impl_->tls_answerer->start());
  return Done{};
}

void StandaloneAcme::stop() {
  if (impl_->answerer) impl_->answerer->stop();
  if (impl_->tls_answerer) impl_->tls_answerer->stop();
}

const controller::AcmeWorld& StandaloneAcme::world() const { return impl_->system.world(); }

}  // namespace cw::cli
