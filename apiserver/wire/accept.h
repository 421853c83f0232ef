// The Accept header, as kube-apiserver reads it. Pure. Source: github.com/munnerz/goautoneg; k8s.io/apiserver
// pkg/endpoints/handlers/negotiation; go-restful's routes, which stand in front of the core kinds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cw::apiserver {

enum class Encoding : std::uint8_t { JsonText, Yaml, Protobuf };

// "application/yaml"
std::string_view media_type_of(Encoding);
inline constexpr std::string_view kAllMediaTypes =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";
inline constexpr std::string_view kWatchMediaTypes =
    "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

struct MediaRange {
  std::string type;      // "application", "*"
  std::string sub_type;  // "json", "*"
  double quality = 1;
  std::vector<std::pair<std::string, std::string>> parameters = {};

  // "" if it is not given.
  std::string_view parameter(std::string_view name) const;
  bool covers(Encoding) const;
};

// What the client likes best comes first. Ranges that are none are left out.
std::vector<MediaRange> parse_accept(std::string_view header);

// Whether go-restful lets the request through to a route that produces these media types ("a/b, c/d;x=y").
bool route_accepts(std::string_view header, std::string_view produced);

// "application/json" of "Application/JSON; charset=utf-8"; empty if it is no media type.
std::string media_type(std::string_view content_type);

}  // namespace cw::apiserver
