#include "lib/yaml/yaml_document.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include <yaml.h>

#include "lib/kube/json.h"
#include "lib/yaml/limits.h"

namespace cw::yaml {
namespace {

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw_); }
  yaml_event_t& raw() { return raw_; }

 private:
  yaml_event_t raw_ = {};
};

std::string text_of(const yaml_char_t* text) {
  return text != nullptr ? std::string(reinterpret_cast<const char*>(text)) : std::string();
}

class Composer {
 public:
  Composer(std::string_view text, int first_line) : first_line_(first_line) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;
  ~Composer() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  YamlStream run() {
    bool more = ready_;
    while (more) {
      Event event;
      if (yaml_parser_parse(&parser_, &event.raw()) != 1) {
        note_parser_error();
        break;
      }
      more = take(event.raw());
    }
    return std::move(stream_);
  }

 private:
  Place place_of(const yaml_mark_t& mark) const {
    return {static_cast<int>(mark.line) + first_line_, static_cast<int>(mark.column) + 1};
  }

  bool fail(const yaml_mark_t& mark, std::string message) {
    stream_.problems.push_back({place_of(mark), std::move(message)});
    return false;
  }

  void note_parser_error() {
    std::string message = "malformed YAML";
    if (parser_.problem != nullptr) message.append(": ").append(parser_.problem);
    stream_.go_words = go_words();
    const bool placed = parser_.error == YAML_SCANNER_ERROR || parser_.error == YAML_PARSER_ERROR;
    (void)fail(placed ? parser_.problem_mark : parser_.mark, std::move(message));
  }

  // go-yaml counts lines from 0, and adds the one where its scanner stands.
  std::string go_words() const {
    std::size_t line = parser_.problem_mark.line;
    if (line != 0 && parser_.error == YAML_SCANNER_ERROR) ++line;
    if (line == 0) line = parser_.context_mark.line;
    const std::string problem =
        parser_.problem != nullptr ? parser_.problem : "unknown problem parsing YAML content";
    return (line != 0 ? "line " + std::to_string(line) + ": " : std::string()) + problem;
  }

  // False: nothing more is read.
  bool take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        document_ = {};
        anchors_.clear();
        return true;
      case YAML_DOCUMENT_END_EVENT:
        stream_.documents.push_back(std::exchange(document_, {}));
        return stream_.documents.size() <= kMaxDocuments || fail(event.start_mark, "too many documents");
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        open_.pop_back();
        return true;
      case YAML_STREAM_END_EVENT:
        return false;
      case YAML_NO_EVENT:
      case YAML_STREAM_START_EVENT:
        return true;
      default:
        return take_node(event);
    }
  }

  bool take_node(const yaml_event_t& event) {
    if (++nodes_ > kMaxNodes) return fail(event.start_mark, "too many values");
    YamlNode node;
    node.place = place_of(event.start_mark);
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return take_alias(event, std::move(node));
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event.data.scalar;
        node.tag = text_of(scalar.tag);
        node.plain = scalar.tag == nullptr && scalar.style == YAML_PLAIN_SCALAR_STYLE;
        node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
        add(std::move(node), scalar.anchor);
        return true;
      }
      case YAML_SEQUENCE_START_EVENT:
        node.kind = YamlNode::Kind::Sequence;
        return begin(event, std::move(node), event.data.sequence_start.anchor);
      default:
        node.kind = YamlNode::Kind::Mapping;
        return begin(event, std::move(node), event.data.mapping_start.anchor);
    }
  }

  bool take_alias(const yaml_event_t& event, YamlNode node) {
    const auto target = anchors_.find(text_of(event.data.alias.anchor));
    if (target == anchors_.end()) {
      stream_.go_words = "unknown anchor '" + text_of(event.data.alias.anchor) + "' referenced";
      return fail(event.start_mark, "malformed YAML: an alias without its anchor");
    }
    node.kind = YamlNode::Kind::Alias;
    node.parts.push_back(target->second);
    add(std::move(node), nullptr);
    return true;
  }

  bool begin(const yaml_event_t& event, YamlNode node, const yaml_char_t* anchor) {
    if (open_.size() >= static_cast<std::size_t>(kube::kMaxJsonDepth)) {
      return fail(event.start_mark, "nested too deeply");
    }
    open_.push_back(add(std::move(node), anchor));
    return true;
  }

  std::uint32_t add(YamlNode node, const yaml_char_t* anchor) {
    const auto index = static_cast<std::uint32_t>(document_.nodes.size());
    document_.nodes.push_back(std::move(node));
    if (!open_.empty()) document_.nodes[open_.back()].parts.push_back(index);
    if (anchor != nullptr) anchors_[text_of(anchor)] = index;
    return index;
  }

  yaml_parser_t parser_ = {};
  bool ready_ = false;
  int first_line_;
  YamlStream stream_;
  YamlDocument document_;
  std::vector<std::uint32_t> open_;
  std::unordered_map<std::string, std::uint32_t> anchors_;
  std::size_t nodes_ = 0;
};

}  // namespace

// Counted without regard to lines, of which YAML has more kinds than one: text that holds the word so often
// is none that anyone applies.
bool has_many_directives(std::string_view text) {
  constexpr std::string_view kTag = "%TAG";
  std::size_t count = 0;
  for (std::size_t at = text.find(kTag); at != std::string_view::npos; at = text.find(kTag, at + 1)) ++count;
  return count > kMaxDirectives;
}

YamlStream read_yaml(std::string_view text, int first_line) { return Composer(text, first_line).run(); }

}  // namespace cw::yaml
