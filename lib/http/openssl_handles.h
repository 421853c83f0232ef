// Owners of OpenSSL objects of the TLS side. Only lib/http includes this.
#pragma once

#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace cw::http {

template <auto kFree>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using SslHandle = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;
using X509Handle = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using X509StoreHandle = std::unique_ptr<X509_STORE, OpensslDeleter<X509_STORE_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using BioHandle = std::unique_ptr<BIO, OpensslDeleter<BIO_free>>;

}  // namespace cw::http
