// The token by which a list that was cut by a limit goes on: the picture it shows and the last key handed
// out. Same form as kube-apiserver's. Pure.
#pragma once

#include <string>
#include <string_view>

#include "apiserver/stored_object.h"
#include "lib/base/result.h"

namespace cw::apiserver {

struct ContinueFrom {
  Revision revision = 0;
  ObjectKey after;
};

std::string encode_continue(const ContinueFrom&);
// Invalid if it is no token of ours.
Result<ContinueFrom> decode_continue(std::string_view token);

}  // namespace cw::apiserver
