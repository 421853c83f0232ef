// ApiDocumentation: descriptions of the API in other people's words, given at run time: OpenAPI v2 documents,
// a swagger.json or what a kube-apiserver answers at /openapi/v2. Their descriptions of definitions and
// properties with the same names take the place of ours. Read at the start, for errors and for the columns of
// tables; read again when OpenAPI is asked for, so that nothing is held meanwhile. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

namespace cw::apiserver {

// Of one definition, by place: "" is the definition itself, "/properties/spec" a property.
using Descriptions = std::map<std::string, std::string, std::less<>>;
using DescribedTypes = std::map<std::string, Descriptions, std::less<>>;

inline constexpr std::size_t kMaxDocumentation = 64UL << 20U;  // bytes of one file

// The descriptions of those definitions that are wanted. Invalid: it is no OpenAPI v2 document.
Result<DescribedTypes> read_descriptions(std::string_view text,
                                         const std::function<bool(std::string_view)>& wanted);

// Sets the descriptions of a schema and of what is inside it.
void describe(nlohmann::json& schema, const Descriptions&);

class ApiDocumentation {
 public:
  ApiDocumentation() = default;  // says nothing
  // Later files go before earlier ones. Invalid: which file, and what is wrong with it.
  static Result<ApiDocumentation> open(std::vector<std::string> files);

  bool empty() const { return files_.empty(); }
  // A file that cannot be read any more is logged and left out.
  DescribedTypes load(const std::function<bool(std::string_view)>& wanted) const;

  // Tells one set of files from another; empty: there are none.
  const std::string& digest() const { return digest_; }

  // Of ObjectMeta, for the columns of tables; empty: none is given.
  const std::string& object_name() const { return object_name_; }
  const std::string& creation_time() const { return creation_time_; }
  // Its first paragraph, which the definitions of our kinds have.
  std::string creation_time_in_short() const;

 private:
  std::vector<std::string> files_;
  std::string digest_;
  std::string object_name_;
  std::string creation_time_;
};

// Everything in our own words.
const ApiDocumentation& no_documentation();

}  // namespace cw::apiserver
