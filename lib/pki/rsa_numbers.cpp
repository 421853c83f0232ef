#include "lib/pki/rsa_numbers.h"

#include <openssl/core_names.h>

namespace cw::pki {
namespace {

using Number = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Arithmetic = std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>>;

struct Numbers {
  Number n, e, d, p, q, dp, dq, qinv;
};

Number parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return nullptr;
  return Number(raw);
}

bool positive(const Number& number) {
  return number && BN_is_negative(number.get()) == 0 && BN_is_zero(number.get()) == 0;
}

bool complete(const Numbers& k) {
  return positive(k.n) && positive(k.e) && positive(k.d) && positive(k.p) && positive(k.q) &&
         positive(k.dp) && positive(k.dq) && positive(k.qinv);
}

bool product_is_modulus(const Numbers& k, BN_CTX* arithmetic) {
  const Number product(BN_new());
  return product && BN_mul(product.get(), k.p.get(), k.q.get(), arithmetic) == 1 &&
         BN_cmp(product.get(), k.n.get()) == 0;
}

// e·d = 1 (mod prime-1), and `reduced` is d mod (prime-1).
bool exponent_fits(const Numbers& k, const Number& prime, const Number& reduced, BN_CTX* arithmetic) {
  const Number order(BN_dup(prime.get()));
  const Number value(BN_new());
  if (!order || !value || BN_sub_word(order.get(), 1) != 1 || BN_is_zero(order.get()) == 1) return false;
  return BN_mod_mul(value.get(), k.e.get(), k.d.get(), order.get(), arithmetic) == 1 &&
         BN_is_one(value.get()) == 1 && BN_nnmod(value.get(), k.d.get(), order.get(), arithmetic) == 1 &&
         BN_cmp(value.get(), reduced.get()) == 0;
}

bool coefficient_fits(const Numbers& k, BN_CTX* arithmetic) {
  const Number value(BN_new());
  return value && BN_cmp(k.qinv.get(), k.p.get()) < 0 &&
         BN_mod_mul(value.get(), k.qinv.get(), k.q.get(), k.p.get(), arithmetic) == 1 &&
         BN_is_one(value.get()) == 1;
}

bool exponents_are_sane(const Numbers& k) {
  return BN_is_odd(k.n.get()) == 1 && BN_is_odd(k.e.get()) == 1 && BN_is_one(k.e.get()) == 0 &&
         BN_cmp(k.d.get(), k.n.get()) < 0;
}

}  // namespace

Status check_rsa_numbers(const EVP_PKEY* key) {
  const Numbers k{
      parameter(key, OSSL_PKEY_PARAM_RSA_N),         parameter(key, OSSL_PKEY_PARAM_RSA_E),
      parameter(key, OSSL_PKEY_PARAM_RSA_D),         parameter(key, OSSL_PKEY_PARAM_RSA_FACTOR1),
      parameter(key, OSSL_PKEY_PARAM_RSA_FACTOR2),   parameter(key, OSSL_PKEY_PARAM_RSA_EXPONENT1),
      parameter(key, OSSL_PKEY_PARAM_RSA_EXPONENT2), parameter(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1)};
  const Arithmetic arithmetic(BN_CTX_new());
  CW_ASSERT(arithmetic != nullptr);
  const bool fits = complete(k) && exponents_are_sane(k) && product_is_modulus(k, arithmetic.get()) &&
                    exponent_fits(k, k.p, k.dp, arithmetic.get()) &&
                    exponent_fits(k, k.q, k.dq, arithmetic.get()) && coefficient_fits(k, arithmetic.get());
  ERR_clear_error();
  if (!fits) return Error{Code::Invalid, "RSA private key is inconsistent: its numbers do not fit together"};
  return Done{};
}

}  // namespace cw::pki
