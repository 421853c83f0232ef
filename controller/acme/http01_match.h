// Comparing what is stored with what is wanted: an API server and other people add to objects, and what they
// add is theirs. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/acme/http01_target.h"

namespace cw::controller::acme {

// Every member of `wanted` is in `stored` with the same value; lists have the same length and match item by
// item. More members in `stored` are no difference.
bool holds(const kube::Json& stored, const kube::Json& wanted);

// Labels, annotations and spec of `wanted` are in `stored`.
bool is_up_to_date(const kube::Json& stored, const kube::Json& wanted);
// `stored` with labels, annotations and the members of spec of `wanted`.
kube::Json brought_up_to_date(kube::Json stored, const kube::Json& wanted);

bool is_being_deleted(const kube::Json& object);

// For a new object beside these: the same each time for the same ones, so that to make it twice is to make it
// once; another one if an object of ours is on its way out and still has the name.
std::string new_name(const Http01Target&, const std::vector<kube::Json>& existing);

}  // namespace cw::controller::acme
