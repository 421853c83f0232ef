#include "lib/pki/openssl_handle.h"

#include <string>

namespace cw::pki {

Error openssl_error(Code code, std::string_view what) {
  std::string message(what);
  char text[256];
  while (const unsigned long packed = ERR_get_error()) {
    ERR_error_string_n(packed, text, sizeof text);
    message.append(": ").append(text);
  }
  return {code, std::move(message)};
}

}  // namespace cw::pki
