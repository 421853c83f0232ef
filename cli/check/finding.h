// Finding: one thing that is wrong with one value of one manifest. Report: all that a run found. Data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/place.h"

namespace cw::cli::check {

enum class Level : std::uint8_t { Error, Warning };

// Rule ids of what is wrong before any rule of an API server can look.
namespace rule_id {
inline constexpr std::string_view kUnreadable = "input.unreadable";
inline constexpr std::string_view kMalformed = "input.malformed";
inline constexpr std::string_view kRepeated = "input.repeated-member";
inline constexpr std::string_view kTooMany = "input.too-many-findings";
inline constexpr std::string_view kMetadata = "schema.metadata";
inline constexpr std::string_view kWarning = "webhook.warning";
}  // namespace rule_id

struct ObjectName {
  std::string api_version;
  std::string kind;
  std::string name_space;
  std::string name;
};

struct Finding {
  Level level = Level::Error;
  std::string rule;
  std::string field;  // "spec.dnsNames[0]"; empty: the object or the file as a whole
  std::string message;
  std::string file = {};
  yaml::Place at = {};
  ObjectName object = {};   // empty where no object could be read
  std::string source = {};  // the template that helm names; often empty
};

struct Counts {
  std::size_t files = 0;
  std::size_t checked = 0;  // objects of our kinds
  std::size_t refused = 0;  // of these
  std::size_t warnings = 0;
  std::size_t skipped = 0;     // objects of other kinds
  std::size_t unreadable = 0;  // files and documents that could not be read
};

struct Report {
  std::vector<Finding> findings;  // by file in the order given, then by place
  Counts counts;
  int exit_code = 0;
};

}  // namespace cw::cli::check
