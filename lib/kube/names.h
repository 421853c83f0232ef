// The rules that Kubernetes has for names: of objects, labels, finalizers, keys of a Secret. Each function
// answers what is wrong, in kube-apiserver's words; an empty list is a good name. Pure.
// Source: k8s.io/apimachinery api/validate/content and util/validation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cw::kube {

using Problems = std::vector<std::string>;

// RFC 1123 subdomain of at most 253 characters: the name of most objects.
Problems subdomain_problems(std::string_view text);
// RFC 1123 label of at most 63 characters: the name of a namespace.
Problems label_problems(std::string_view text);
// RFC 1035 label: as above, and begins with a letter: the name of a Service.
Problems rfc1035_label_problems(std::string_view text);
// "name" or "prefix/name": the key of a label or annotation, a finalizer.
Problems qualified_name_problems(std::string_view text);
Problems label_value_problems(std::string_view text);
// The key of a Secret's or ConfigMap's value.
Problems config_key_problems(std::string_view text);
// Names of kinds that may hold anything that fits into a path.
Problems path_segment_problems(std::string_view text);

}  // namespace cw::kube
