// The functions that Kubernetes adds to CEL, as far as rules of schemas use them: of lists (isSorted, min,
// max, sum, indexOf, lastIndexOf), of texts (isIP, isCIDR, isURL, isQuantity, named formats), and those of an
// optional oldSelf. What is not here does not compile, and the definition is refused with the name of the
// function. Source: k8s.io/apiserver pkg/cel/library.
#pragma once

#include <string_view>
#include <vector>

#include "lib/cel/environment.h"

namespace cw::apiserver {

inline constexpr std::string_view kOptionalType = "optional_type";

std::vector<cel::Function> kubernetes_functions();
// hasValue, value and orValue of an optional that holds `of`.
std::vector<cel::Function> optional_functions(const cel::Type& of);

// Of texts, and the types that they use.
std::vector<cel::Function> format_functions();
std::vector<cel::ObjectType> format_types();

}  // namespace cw::apiserver
