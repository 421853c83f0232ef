#include "apiserver/documentation/api_documentation.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "apiserver/type_catalog.h"
#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/kube/json.h"
#include "lib/pki/digest.h"

namespace cw::apiserver {
namespace {

constexpr std::string_view kDescription = "description";

Error invalid(std::string why) { return {Code::Invalid, std::move(why)}; }

// Hears the document value by value and keeps the descriptions only, so that memory is bounded by these.
class DescriptionReader : public nlohmann::json_sax<Json> {
 public:
  explicit DescriptionReader(const std::function<bool(std::string_view)>& wanted) : wanted_(wanted) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (depth_ == 1 && key_ == "swagger") version_ = value;
    if (kept_ && key_ == kDescription && !in_list()) (*kept_)[path_] = std::move(value);
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool start_object(std::size_t) override { return enter(false); }
  bool start_array(std::size_t) override { return enter(true); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    problem_ = "is malformed at byte " + std::to_string(at);
    return false;
  }

  Result<DescribedTypes> take() {
    if (!problem_.empty()) return invalid(problem_);
    if (version_ != "2.0") return invalid("is no OpenAPI v2 document (swagger: \"2.0\")");
    return std::move(types_);
  }

 private:
  static constexpr std::size_t kNone = std::string::npos;
  struct Level {
    std::size_t path_length;
    bool is_list;
  };

  bool in_list() const { return !levels_.empty() && levels_.back().is_list; }

  bool enter(bool is_list) {
    if (depth_ >= static_cast<std::size_t>(kube::kMaxJsonDepth)) {
      problem_ = "is nested too deeply";
      return false;
    }
    const std::size_t length = path_.size();
    const bool begins = depth_ == 2 && in_definitions_ && !is_list && wanted_(key_);
    if (depth_ == 1) in_definitions_ = key_ == "definitions" && !is_list;
    if (begins) {
      kept_ = &types_[key_];
    } else if (kept_ != nullptr && !in_list()) {
      path_.append("/").append(key_);
    }
    levels_.push_back({length, is_list});
    ++depth_;
    return true;
  }

  bool leave() {
    path_.resize(levels_.back().path_length);
    levels_.pop_back();
    --depth_;
    if (depth_ == 2) kept_ = nullptr;
    if (depth_ == 1) in_definitions_ = false;
    return true;
  }

  const std::function<bool(std::string_view)>& wanted_;
  DescribedTypes types_;
  Descriptions* kept_ = nullptr;  // of the definition that is heard
  std::string path_;              // inside it
  std::string key_;
  std::vector<Level> levels_;
  std::size_t depth_ = 0;
  bool in_definitions_ = false;
  std::string version_;
  std::string problem_;
};

void describe_at(Json& schema, const Descriptions& texts, const std::string& path) {
  if (!schema.is_object()) return;
  const auto text = texts.find(path);
  if (text != texts.end()) schema[std::string(kDescription)] = text->second;
  const auto properties = schema.find("properties");
  if (properties != schema.end() && properties->is_object()) {
    for (auto& [name, property] : properties->items()) {
      describe_at(property, texts, path + "/properties/" + name);
    }
  }
  for (const char* member : {"items", "additionalProperties"}) {
    const auto child = schema.find(member);
    if (child != schema.end()) describe_at(*child, texts, path + "/" + member);
  }
}

std::string text_of(const DescribedTypes& types, std::string_view definition, std::string_view path) {
  const auto type = types.find(definition);
  if (type == types.end()) return {};
  const auto text = type->second.find(path);
  return text != type->second.end() ? text->second : std::string();
}

// `digest`: gets that of the file; may be null.
Result<DescribedTypes> read_one(const std::string& file, const std::function<bool(std::string_view)>& wanted,
                                std::string* digest = nullptr) {
  const std::string text = TRY(read_file(file, kMaxDocumentation));
  auto read = read_descriptions(text, wanted);
  if (!read) return invalid(file + " " + read.error().message);
  if (digest != nullptr) *digest = pki::sha256(text);
  return read;
}

}  // namespace

Result<DescribedTypes> read_descriptions(std::string_view text,
                                         const std::function<bool(std::string_view)>& wanted) {
  DescriptionReader reader(wanted);
  Json::sax_parse(text.begin(), text.end(), &reader);
  return reader.take();
}

void describe(Json& schema, const Descriptions& texts) { describe_at(schema, texts, {}); }

Result<ApiDocumentation> ApiDocumentation::open(std::vector<std::string> files) {
  ApiDocumentation documentation;
  for (const std::string& file : files) {
    std::string digest;
    const auto wanted = [](std::string_view name) { return name == kObjectMetaDefinition; };
    const DescribedTypes types = TRY(read_one(file, wanted, &digest));
    documentation.digest_ += digest;
    std::string name = text_of(types, kObjectMetaDefinition, "/properties/name");
    std::string time = text_of(types, kObjectMetaDefinition, "/properties/creationTimestamp");
    if (!name.empty()) documentation.object_name_ = std::move(name);
    if (!time.empty()) documentation.creation_time_ = std::move(time);
  }
  documentation.files_ = std::move(files);
  return documentation;
}

std::string ApiDocumentation::creation_time_in_short() const {
  return creation_time_.substr(0, creation_time_.find("\n\n"));
}

const ApiDocumentation& no_documentation() {
  static const ApiDocumentation none;
  return none;
}

DescribedTypes ApiDocumentation::load(const std::function<bool(std::string_view)>& wanted) const {
  DescribedTypes all;
  for (const std::string& file : files_) {
    Result<DescribedTypes> types = read_one(file, wanted);
    if (!types) {
      log::warning("descriptions of the API are left out", {{"error", types.error().message}});
      continue;
    }
    for (auto& [definition, texts] : *types) {
      Descriptions& known = all[definition];
      for (auto& [path, text] : texts) known[path] = std::move(text);
    }
  }
  return all;
}

}  // namespace cw::apiserver
