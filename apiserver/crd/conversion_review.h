// What a conversion webhook is asked (ConversionReview), and what it answers, checked. Pure. Errors are told
// in kube-apiserver's words: "conversion webhook for example.com/v1, Kind=Widget failed: …". Source:
// k8s.io/apiextensions-apiserver pkg/apiserver/conversion/webhook_converter.go of 1.36.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/webhooks/caller.h"
#include "lib/base/result.h"
#include "lib/kube/json.h"

namespace cw::apiserver {

using kube::Json;

struct ConversionAsked {
  std::string uid;
  std::string review_version;       // "v1", "v1beta1"
  std::string desired_api_version;  // "example.com/v2"
};

// The text of the question. Objects go without resourceVersion.
std::string conversion_review(std::span<const Json> objects, const ConversionAsked&);

// The converted objects in the order of the originals, of which there is at least one. Their metadata is that
// of the originals but for labels and annotations. Invalid: the answer cannot be used.
Result<std::vector<Json>> read_converted(const webhooks::CallAnswer&, const ConversionAsked&,
                                         std::span<const Json> originals);
// The words before what went wrong: "conversion webhook for example.com/v1, Kind=Widget".
std::string conversion_of(const Json& original);

}  // namespace cw::apiserver
