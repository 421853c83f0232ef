// What a conversion webhook is asked, and what it may answer.
#include "apiserver/crd/conversion_review.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace cw::apiserver {
namespace {

const Json kOriginal = Json::parse(R"({"apiVersion":"example.com/v1","kind":"Flip",
    "metadata":{"name":"a","namespace":"ns","uid":"u","resourceVersion":"7","labels":{"x":"y"}}})");
const ConversionAsked kAsked{"q", "v1", "example.com/v2"};

// What is told of an answer of that response.
std::string told(const Json& response, const ConversionAsked& asked = kAsked) {
  const Json review{{"apiVersion", "apiextensions.k8s.io/" + asked.review_version},
                    {"kind", "ConversionReview"},
                    {"response", response}};
  const std::vector<Json> originals{kOriginal};
  const auto read = read_converted({200, "application/json", review.dump()}, asked, originals);
  return read ? read->front().dump() : read.error().message;
}

// Of an answer that has converted the original but for what `patch` says.
std::string told_of(const std::string& patch) {
  Json object = kOriginal;
  object["apiVersion"] = "example.com/v2";
  object.merge_patch(Json::parse(patch));
  return told({{"uid", "q"}, {"result", {{"status", "Success"}}}, {"convertedObjects", {object}}});
}

}  // namespace

TEST_CASE("a conversion webhook is asked as kube-apiserver asks", "[conversion]") {
  const std::vector<Json> originals{kOriginal};
  const Json review = Json::parse(conversion_review(originals, kAsked));
  CHECK(review["request"]["uid"] == "q");
  CHECK(review["request"]["desiredAPIVersion"] == "example.com/v2");
  CHECK(review["request"]["objects"][0]["metadata"] ==
        Json::parse(R"({"name":"a","namespace":"ns","uid":"u","labels":{"x":"y"}})"));
}

TEST_CASE("what a conversion webhook answers is checked", "[conversion]") {
  const std::string hook = "conversion webhook for example.com/v1, Kind=Flip ";
  const Json good{{"status", "Success"}};
  CHECK(told(nullptr) == hook + "failed: no response provided");
  CHECK(told({{"uid", "other"}, {"result", good}}) ==
        hook + R"(failed: expected response.uid="q", got "other")");
  CHECK(told({{"uid", "q"}, {"result", {{"status", "Failure"}, {"message", "no way"}}}}) ==
        hook + "failed: no way");
  CHECK(told({{"uid", "q"}, {"result", {{"status", "Failure"}}}}) ==
        hook + "failed: response.result.status was 'Failure', not 'Success'");
  CHECK(told({{"uid", "q"}, {"result", good}}) == hook + "returned 0 objects, expected 1");
  CHECK(told_of(R"({"apiVersion":"example.com/v7"})") ==
        hook +
            "returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received "
            "example.com/v7)");
  CHECK(told_of(R"({"kind":"Flop"})") ==
        hook + "returned invalid object at index 0: invalid kind (expected Flip, received Flop)");
  CHECK(told_of(R"({"metadata":{"name":"b"}})") ==
        hook + "returned invalid object: must have the same name: a != b");
  CHECK(told_of(R"({"metadata":{"uid":null}})") ==
        hook + "returned invalid object: must have the same UID: u != ");
  CHECK_THAT(told_of(R"({"metadata":{"labels":{"a":"b c"}}})"),
             Catch::StartsWith(
                 hook + "returned invalid metadata: metadata.labels: Invalid value: \"b c\": a valid"));
  CHECK_THAT(told_of(R"({"metadata":{"annotations":{"a":1}}})"), Catch::Contains("must be a string"));
  const std::vector<Json> originals{kOriginal};
  CHECK_THAT(read_converted({404, "text/plain", "x"}, kAsked, originals).error().message,
             Catch::StartsWith(hook + "failed: the server could not find"));
  // v1beta1 tells neither its kind nor the uid.
  Json object = kOriginal;
  object["apiVersion"] = "example.com/v2";
  CHECK_THAT(told({{"result", good}, {"convertedObjects", {object}}}, {"q", "v1beta1", "example.com/v2"}),
             Catch::StartsWith("{\"apiVersion\":\"example.com/v2\""));
}

TEST_CASE("of metadata a conversion webhook changes labels and annotations alone", "[conversion]") {
  const Json read = Json::parse(
      told_of(R"({"metadata":{"labels":null,"annotations":{"a":"b"},"finalizers":["x"],"generation":77}})"));
  CHECK(read["metadata"] == Json::parse(R"({"name":"a","namespace":"ns","uid":"u","resourceVersion":"7",
                                            "annotations":{"a":"b"}})"));
}

}  // namespace cw::apiserver
