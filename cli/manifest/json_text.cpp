#include "cli/manifest/json_text.h"

#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/manifest/limits.h"
#include "schemas/member_scan.h"

namespace cw::cli::manifest {
namespace {

using kube::Json;
using yaml::kMaxKeyBytes;
using yaml::kMaxNodes;
using yaml::Place;
using yaml::PlaceTree;
using yaml::TextProblem;

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kMaxRepeated = 100;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// Goes forward through text and knows the line and column it has come to.
class Cursor {
 public:
  Cursor(std::string_view text, Place start) : text_(text), place_(start) {}

  bool at_end() const { return next_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[next_]; }
  Place place() const { return place_; }
  std::size_t offset() const { return next_; }
  void advance() {
    const char c = text_[next_++];
    if (c == '\n') {
      place_ = {place_.line + 1, 1};
    } else if (!is_continuation(c)) {
      ++place_.column;
    }
  }
  void skip_blank() {
    while (!at_end() && kBlank.find(peek()) != std::string_view::npos) advance();
  }
  void end() { next_ = text_.size(); }
  void skip_to(std::size_t offset) {
    while (next_ < offset && !at_end()) advance();
  }
  // At a quote: the string with its quotes.
  std::string_view take_string() {
    const std::size_t start = next_;
    advance();
    while (!at_end() && peek() != '"') {
      if (peek() == '\\') advance();
      if (!at_end()) advance();
    }
    if (!at_end()) advance();
    return text_.substr(start, next_ - start);
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  Place place_;
};

// Where the value that starts the text ends, by its brackets; the end of the text if they do not close.
std::size_t value_end(std::string_view text) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
    } else if (c == '{' || c == '[') {
      ++open;
    } else if ((c == '}' || c == ']') && --open == 0) {
      return i + 1;
    }
  }
  return text.size();
}

std::string unquoted(std::string_view token) {
  if (token.find('\\') == std::string_view::npos) return std::string(token.substr(1, token.size() - 2));
  return Json::parse(token).get<std::string>();
}

// The places of text that kube::parse_json has accepted: depth and syntax are known to be good.
class PlaceScan {
 public:
  PlaceScan(Cursor& cursor, JsonDocument& to) : cursor_(cursor), to_(to) {}

  void value(PlaceTree::Index node) {
    cursor_.skip_blank();
    if (++nodes_ > kMaxNodes) return cursor_.end();
    if (cursor_.peek() == '{') {
      object(node);
    } else if (cursor_.peek() == '[') {
      list(node);
    } else if (cursor_.peek() == '"') {
      (void)cursor_.take_string();
    } else {
      while (!cursor_.at_end() && kEnds.find(cursor_.peek()) == std::string_view::npos) cursor_.advance();
    }
  }
  std::size_t nodes() const { return nodes_; }
  bool has_long_key() const { return has_long_key_; }

 private:
  static constexpr std::string_view kEnds = ",]} \t\r\n";

  void object(PlaceTree::Index node) {
    std::unordered_set<std::string> seen;
    cursor_.advance();
    for (cursor_.skip_blank(); !cursor_.at_end() && cursor_.peek() != '}'; cursor_.skip_blank()) {
      const Place at = cursor_.place();
      const std::string name = unquoted(cursor_.take_string());
      has_long_key_ |= name.size() > kMaxKeyBytes;
      const std::size_t length = path_.size();
      if (length > 0) path_ += '.';
      path_ += name;
      const bool is_new = seen.insert(name).second;
      if (!is_new && to_.repeated.size() < kMaxRepeated) to_.repeated.push_back({at, path_});
      cursor_.skip_blank();
      cursor_.advance();  // the colon
      value(to_.places.add_member(node, name, at));
      path_.resize(length);
      skip_comma();
    }
    if (!cursor_.at_end()) cursor_.advance();
  }

  void list(PlaceTree::Index node) {
    cursor_.advance();
    std::size_t index = 0;
    for (cursor_.skip_blank(); !cursor_.at_end() && cursor_.peek() != ']'; cursor_.skip_blank()) {
      const std::size_t length = path_.size();
      path_ += "[" + std::to_string(index++) + "]";
      value(to_.places.add_item(node, cursor_.place()));
      path_.resize(length);
      skip_comma();
    }
    if (!cursor_.at_end()) cursor_.advance();
  }

  void skip_comma() {
    cursor_.skip_blank();
    if (cursor_.peek() == ',') cursor_.advance();
  }

  Cursor& cursor_;
  JsonDocument& to_;
  std::string path_;
  std::size_t nodes_ = 0;
  bool has_long_key_ = false;
};

TextProblem malformed(std::string_view text, Cursor at, const std::string& why) {
  const auto offset = schemas::find_syntax_error(text);
  if (!offset) return {at.place(), why};
  at.skip_to(at.offset() + *offset);
  return {at.place(), "malformed JSON"};
}

}  // namespace

JsonStream read_json(std::string_view text, int first_line, yaml::Budget& budget) {
  JsonStream stream;
  Cursor cursor(text, {first_line, 1});
  for (cursor.skip_blank(); !cursor.at_end(); cursor.skip_blank()) {
    const std::string_view rest = text.substr(cursor.offset());
    const std::string_view one = rest.substr(0, value_end(rest));
    auto parsed = kube::parse_json(one);
    if (!parsed) {
      stream.problems.push_back(malformed(one, cursor, parsed.error().message));
      break;
    }
    JsonDocument document{*std::move(parsed), PlaceTree(cursor.place()), {}};
    PlaceScan scan(cursor, document);
    const Place start = cursor.place();
    scan.value(PlaceTree::kRoot);
    budget.nodes += scan.nodes();
    if (budget.nodes > kMaxNodes || scan.has_long_key() || stream.documents.size() >= kMaxDocuments) {
      stream.problems.push_back({start, "too many values, or a key that is too long"});
      break;
    }
    stream.documents.push_back(std::move(document));
  }
  return stream;
}

}  // namespace cw::cli::manifest
