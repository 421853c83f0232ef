// JSON that a server sent, read with limits: size, depth, no member twice; and its members by name, each
// with the type and length that it must have. Errors: Malformed, naming the document and the member.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/acme/failure.h"

namespace cw::acme {

using Json = nlohmann::json;

inline constexpr std::size_t kMaxJsonBytes = 256UL << 10U;
inline constexpr int kMaxJsonDepth = 16;

// What a server sent, and what it is to be.
struct Document {
  std::string_view what;  // "order", for messages
  std::string_view content_type;
  std::string_view body;
  bool https_only = false;  // an http:// URL in it is refused
};

// The object that is all of the body. Its type has to be JSON, or not be said.
Answer<Json> parse_object(const Document&);

// Reads members of one object. Valid as long as object and document are.
class Members {
 public:
  Members(const Document& document, const Json& object) : document_(document), object_(object) {}

  // Null if it is absent or null.
  const Json* find(const char* name) const;
  bool has(const char* name) const { return find(name) != nullptr; }

  Answer<std::string> text(const char* name, std::size_t at_most) const;
  Answer<std::string> url(const char* name) const;
  // Empty if absent.
  Answer<std::string> optional_text(const char* name, std::size_t at_most) const;
  Answer<std::string> optional_url(const char* name) const;
  // One of those.
  Answer<std::string> choice(const char* name, std::initializer_list<std::string_view> choices) const;
  Answer<bool> flag(const char* name) const;  // false if absent
  // Empty if absent.
  Answer<std::vector<std::string>> texts(const char* name, std::size_t count, std::size_t at_most) const;
  Answer<std::vector<std::string>> urls(const char* name, std::size_t count) const;
  // Null if absent.
  Answer<const Json*> object(const char* name) const;
  Answer<const Json*> list(const char* name, std::size_t count) const;

  // Malformed: acme: order: "name" `why`.
  Failure wrong(const std::string& name, const std::string& why) const;

 private:
  Answer<std::string> checked_url(const std::string& name, std::string url) const;
  Answer<std::string> checked_text(const std::string& name, const Json& value, std::size_t at_most) const;

  const Document& document_;
  const Json& object_;
};

}  // namespace cw::acme
