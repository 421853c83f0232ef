#include "tests/unit/schemas/answers.h"

#include <algorithm>
#include <fstream>

#include "lib/base/assert.h"
#include "lib/kube/status.h"
#include "schemas/kinds.h"
#include "schemas/schema_reader.h"

namespace cw::schemas::testing {
namespace {

std::string text_of(const kube::StatusCause& cause) {
  return cause.field + "|" + cause.reason + "|" + cause.message;
}

ObjectSchema widget() {
  std::ifstream file(CW_TEST_DATA "/schemas/widget.json");
  const Json document = Json::parse(file);
  auto schema = read_schema(document.at("schema"), NamedRules());
  CW_ASSERT(schema.has_value());
  return {document.at("group").get<std::string>() + "/v1", document.at("kind"), *std::move(schema)};
}

}  // namespace

Verdict judge(const std::string& text, const ObjectSchema& schema) {
  Verdict verdict;
  auto decoded = decode_object(text, schema);
  if (!decoded) return {.code = 400, .message = decoded.error().message, .causes = {}, .object = {}};
  if (!decoded->strict_failures.empty()) {
    return {
        .code = 400, .message = strict_error(decoded->strict_failures).message, .causes = {}, .object = {}};
  }
  Json& object = decoded->object;
  object.erase("status");
  if (object.value("apiVersion", "") != schema.api_version) verdict.code = 400;
  for (const kube::StatusCause& cause : kube::causes_of(validate_object(object, schema))) {
    verdict.causes.push_back(text_of(cause));
  }
  if (verdict.code == 400) return {.code = 400, .message = {}, .causes = {}, .object = {}};
  std::sort(verdict.causes.begin(), verdict.causes.end());
  if (!verdict.causes.empty()) {
    verdict.code = 422;
  } else {
    object.erase("metadata");
    verdict.object = std::move(object);
  }
  return verdict;
}

Verdict recorded(const Json& answer) {
  Verdict verdict;
  verdict.code = answer.at("code");
  verdict.message = answer.value("message", "");
  verdict.object = answer.value("object", Json());
  for (const Json& entry : answer.value("causes", Json::array())) {
    verdict.causes.push_back(entry[0].get<std::string>() + "|" + entry[1].get<std::string>() + "|" +
                             entry[2].get<std::string>());
  }
  std::sort(verdict.causes.begin(), verdict.causes.end());
  return verdict;
}

std::vector<Json> read_lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<Json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

const ObjectSchema& schema_of(const Json& test_case) {
  static const ObjectSchema kWidget = widget();
  for (const KindSchema& kind : kinds()) {
    if (Json(kind.resource.plural) == test_case.at("plural") &&
        Json(kind.resource.group) == test_case.at("group")) {
      return kind.object;
    }
  }
  return kWidget;
}

std::string difference(const Json& test_case) {
  const Verdict want = recorded(test_case.at("answer"));
  const Verdict got = judge(test_case.at("text"), schema_of(test_case));
  if (got.code != want.code) {
    std::string causes;
    for (const std::string& text : got.causes) causes += "\n    " + text;
    return "code " + std::to_string(got.code) + " " + got.message + causes + ", recorded " +
           std::to_string(want.code) + " " + want.message;
  }
  constexpr const char* kStrict = "strict decoding error";
  if (want.message.find(kStrict) != std::string::npos && want.code == 400 &&
      !want.message.ends_with(got.message)) {
    return "message " + got.message + ", recorded " + want.message;
  }
  if (want.code == 422 && got.causes != want.causes) {
    std::string text = "causes";
    for (const std::string& entry : got.causes) text += "\n    " + entry;
    text += "\n  recorded";
    for (const std::string& entry : want.causes) text += "\n    " + entry;
    return text;
  }
  if (got.object != want.object) return "object " + got.object.dump() + "\n  recorded " + want.object.dump();
  return {};
}

}  // namespace cw::schemas::testing
