#include "apiserver/field_selector.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apiserver/json_access.h"

namespace cw::apiserver {
namespace {

constexpr std::size_t kMaxTerms = 1000;

Error invalid_selector(std::string why) { return {Code::Invalid, std::move(why)}; }

std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  terms.push_back(text.substr(begin));
  return terms;
}

Result<std::string> unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '=' || value[i] == ',') {
      return invalid_selector("invalid field selector: unescaped character in value: " +
                              std::to_string(int(value[i])));
    }
    if (value[i] != '\\') {
      out += value[i];
      continue;
    }
    const std::string_view sequence = value.substr(i, 2);
    if (sequence.size() < 2 || std::string_view("\\,=").find(sequence[1]) == std::string_view::npos) {
      return invalid_selector("invalid field selector: invalid escape sequence: " + std::string(sequence));
    }
    out += value[++i];
  }
  return out;
}

const SelectableField* find_field(const ResourceRow& row, std::string_view label) {
  const auto at = std::find_if(row.fields.begin(), row.fields.end(),
                               [&](const SelectableField& field) { return field.label == label; });
  return at != row.fields.end() ? &*at : nullptr;
}

std::string value_of(const SelectableField& field, const Json& object) {
  const Json* value = find_path(object, field.path);
  if (value == nullptr || value->is_null()) return field.fallback;
  return value->is_string() ? value->get<std::string>() : dumped(*value);
}

}  // namespace

std::string selected_name(std::string_view text) {
  constexpr std::string_view kLabel = "metadata.name=";
  for (std::string_view term : split_terms(text)) {
    if (!term.starts_with(kLabel)) continue;
    term.remove_prefix(kLabel.size());
    if (term.starts_with('=')) term.remove_prefix(1);
    const Result<std::string> name = unescaped(term);
    if (!name || name->find_first_of("/%") != std::string::npos) return {};
    return *name;
  }
  return {};
}

Result<FieldSelector::Term> FieldSelector::parse_term(std::string_view text, const ResourceRow& row) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos) {
    return invalid_selector("invalid selector: '" + std::string(text) + "'; can't understand '" +
                            std::string(text) + "'");
  }
  Term term;
  term.equal = at == 0 || text[at - 1] != '!';
  term.label = text.substr(0, term.equal ? at : at - 1);
  const bool doubled = term.equal && text.substr(at + 1).starts_with("=");
  term.value = TRY(unescaped(text.substr(at + (doubled ? 2 : 1))));
  if (term.label == "metadata.name" || term.label == "metadata.namespace") return term;
  term.field = find_field(row, term.label);
  if (term.field != nullptr) return term;
  // Kinds that have no fields of their own say it in other words.
  if (row.family == Family::Core && row.fields.empty()) {
    return invalid_selector(
        "\"" + term.label +
        "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
  }
  return invalid_selector("field label not supported: " + term.label);
}

Result<FieldSelector> FieldSelector::parse(std::string_view text, const ResourceRow& row) {
  FieldSelector selector;
  selector.conversion_ = row.conversion;
  for (const std::string_view term : split_terms(text)) {
    if (term.empty()) continue;
    selector.terms_.push_back(TRY(parse_term(term, row)));
    if (selector.terms_.size() > kMaxTerms) return invalid_selector("too many terms");
  }
  return selector;
}

bool FieldSelector::matches(const StoredObject& stored) const {
  std::optional<Json> object;  // parsed only if a term asks for more than the key
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    if (term.field == nullptr) {
      const std::string& value = term.label == "metadata.name" ? stored.key().name : stored.key().name_space;
      return (value == term.value) == term.equal;
    }
    if (!object) {
      object = parse_object(stored);
      if (conversion_ != nullptr) object = conversion_->to_served(*object);
    }
    return (value_of(*term.field, *object) == term.value) == term.equal;
  });
}

std::optional<std::string> FieldSelector::only(std::string_view label) const {
  for (const Term& term : terms_) {
    if (term.label == label && term.equal) return term.value;
  }
  return std::nullopt;
}

}  // namespace cw::apiserver
