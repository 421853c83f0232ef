// InProcessClient: reader and writer in one, as ApiServer hands it out. Its users need no JSON library for
// it.
#pragma once

#include "lib/kube/client.h"

namespace cw::apiserver {

class InProcessClient : public kube::KubeReader, public kube::KubeWriter {};

}  // namespace cw::apiserver
