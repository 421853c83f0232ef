// lib/kube/json_access.h: everything here looks into objects by it.
#pragma once

#include "lib/kube/json_access.h"

namespace cw::apiserver {

using kube::array_member;
using kube::copy_member;
using kube::dumped;
using kube::find_member;
using kube::find_path;
using kube::Json;
using kube::make_object;
using kube::metadata_text;
using kube::object_member;
using kube::text_at;
using kube::text_member;
using kube::true_member;

}  // namespace cw::apiserver
