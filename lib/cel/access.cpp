// Fields, elements and entries; lists and maps that are made.
#include <cmath>
#include <utility>

#include "lib/cel/compare.h"
#include "lib/cel/evaluation.h"

namespace cw::cel {
namespace {

constexpr std::uint64_t kWorkPerElement = 12;

const Value* field_of(const Environment& environment, std::string_view name, const ObjectValue& object) {
  std::size_t index = object.fields == nullptr ? 0 : object.fields->size();
  for (const ObjectType& type : environment.objects) {
    if (type.name != object.type) continue;
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      if (type.fields[i].name == name) index = i;
    }
  }
  return object.fields != nullptr && index < object.fields->size() ? &(*object.fields)[index] : nullptr;
}

const Value* field_of(const Environment& environment, const Node& node, const ObjectValue& object) {
  if (node.field < 0) return field_of(environment, node.name, object);
  const auto index = static_cast<std::size_t>(node.field);
  return object.fields != nullptr && index < object.fields->size() ? &(*object.fields)[index] : nullptr;
}

// Objects without fields have none that could be missing.
bool is_named(const Environment& environment, const ObjectValue& object) {
  for (const ObjectType& type : environment.objects) {
    if (type.name == object.type) return !type.fields.empty();
  }
  return false;
}

// The number of an element; -1 for what is none.
std::int64_t element_number(const Value& index) {
  if (const auto* number = index.as<std::int64_t>()) return *number;
  if (const auto* number = index.as<std::uint64_t>())
    return *number > INT64_MAX ? -1 : static_cast<std::int64_t>(*number);
  const auto* number = index.as<double>();
  if (number == nullptr || !(*number >= 0 && *number < 1e15) || std::floor(*number) != *number) return -1;
  return static_cast<std::int64_t>(*number);
}

// As in cel-go, which hashes them: lists, maps and objects by where they are.
bool may_be_key(const Value& value) { return value.as<BytesValue>() == nullptr; }

// What is there is told from what is empty: an optional in a list, or as the value of an entry.
bool spread(Evaluation& run, const Node& child, const Value*& element) {
  const OptionalValue* optional = element->as<OptionalValue>();
  if (optional == nullptr)
    return run.fail(child, "cannot initialize an optional element from a value that is no optional");
  element = optional->held.get();
  return true;
}

}  // namespace

std::string key_text(const Value& key) {
  if (const Text* text = key.as<Text>()) return std::string(view(*text).substr(0, 1000));
  if (const auto* number = key.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* number = key.as<std::uint64_t>()) return std::to_string(*number);
  if (const bool* flag = key.as<bool>()) return *flag ? "true" : "false";
  return std::string(type_name(key));
}

bool is_default(const Value& value) {
  if (const bool* flag = value.as<bool>()) return !*flag;
  if (const auto* number = value.as<std::int64_t>()) return *number == 0;
  if (const auto* number = value.as<std::uint64_t>()) return *number == 0;
  if (const auto* number = value.as<double>()) return *number == 0;
  if (const Text* text = value.as<Text>()) return view(*text).empty();
  if (const BytesValue* bytes = value.as<BytesValue>()) return view(bytes->bytes).empty();
  if (const ListValue* list = value.as<ListValue>()) return *list == nullptr || (*list)->empty();
  if (const MapValue* map = value.as<MapValue>()) return map->entries == nullptr || map->entries->empty();
  return value.as<Null>() != nullptr;
}

const Value* Evaluation::select(const Node& node, Value& room) {
  Value of_room;
  const Value* of = value(*node.children[0], of_room);
  if (of == nullptr) return nullptr;
  if (node.is_optional || of->as<OptionalValue>() != nullptr)
    return optional_part(node, *of, node.constant, room);
  if (!charge(node.cost)) return nullptr;
  const Value* found = nullptr;
  if (const ObjectValue* object = of->as<ObjectValue>()) {
    found = field_of(environment_, node, *object);
  } else if (const MapValue* map = of->as<MapValue>()) {
    found = entry_of(*this, *map, node.constant);
  } else {
    (void)fail(node, "no such overload: a value without fields");
    return nullptr;
  }
  if (found == nullptr) {
    (void)fail(node, "no such key: ", std::string(node.name));
    return nullptr;
  }
  if (of != &of_room) return found;
  room = *found;
  return &room;
}

Truth Evaluation::has(const Node& node) {
  Value of_room;
  const Value* of = value(*node.children[0], of_room);
  if (of == nullptr || !charge(node.cost)) return Truth::Failed;
  bool present = false;
  if (const OptionalValue* optional = of->as<OptionalValue>()) {
    const Value* held = optional->held.get();
    present = held != nullptr && part_of(node, *held, node.constant) != nullptr;
  } else if (const ObjectValue* object = of->as<ObjectValue>()) {
    const Value* field = field_of(environment_, node, *object);
    if (field == nullptr && object->fields != nullptr && is_named(environment_, *object)) {
      (void)fail(node, "no such field: ", std::string(node.name));
      return Truth::Failed;
    }
    present = field != nullptr && !is_default(*field);
  } else if (const MapValue* map = of->as<MapValue>()) {
    present = entry_of(*this, *map, node.constant) != nullptr;
  } else if (of->as<ListValue>() != nullptr) {
    (void)fail(node, "no such overload: a list has no fields");
    return Truth::Failed;
  }
  if (is_stopped()) return Truth::Failed;
  return present ? Truth::Yes : Truth::No;
}

const Value* Evaluation::index(const Node& node, Value& room) {
  Value of_room;
  Value index_room;
  const Value* of = value(*node.children[0], of_room);
  if (of == nullptr) return nullptr;
  const Value* index = value(*node.children[1], index_room);
  if (index == nullptr) return nullptr;
  if (node.is_optional || of->as<OptionalValue>() != nullptr) return optional_part(node, *of, *index, room);
  if (!charge(node.cost)) return nullptr;
  const Value* found = nullptr;
  if (const ListValue* list = of->as<ListValue>()) {
    const std::int64_t number = element_number(*index);
    if (*list != nullptr && number >= 0 && static_cast<std::uint64_t>(number) < (*list)->size())
      found = &(**list)[static_cast<std::size_t>(number)];
    if (found == nullptr) (void)fail(node, "index out of bounds: ", key_text(*index));
  } else if (const MapValue* map = of->as<MapValue>()) {
    found = entry_of(*this, *map, *index);
    if (found == nullptr) (void)fail(node, "no such key: ", key_text(*index));
  } else if (const ObjectValue* object = of->as<ObjectValue>();
             object != nullptr && index->as<Text>() != nullptr) {
    found = field_of(environment_, view(*index->as<Text>()), *object);
    if (found == nullptr) (void)fail(node, "no such field");
  } else {
    (void)fail(node, "no such overload: not a list or a map");
  }
  if (found == nullptr || of != &of_room) return found;
  room = *found;
  return &room;
}

const Value* Evaluation::part_of(const Node& node, const Value& of, const Value& key) {
  if (const MapValue* map = of.as<MapValue>()) return entry_of(*this, *map, key);
  if (const ObjectValue* object = of.as<ObjectValue>()) {
    if (node.kind != NodeKind::Call) return field_of(environment_, node, *object);
    const Text* name = key.as<Text>();
    return name == nullptr ? nullptr : field_of(environment_, view(*name), *object);
  }
  const ListValue* list = of.as<ListValue>();
  const std::int64_t number = element_number(key);
  const bool is_there = list != nullptr && *list != nullptr && number >= 0 &&
                        static_cast<std::uint64_t>(number) < (*list)->size();
  return is_there ? &(**list)[static_cast<std::size_t>(number)] : nullptr;
}

const Value* Evaluation::optional_part(const Node& node, const Value& of, const Value& key, Value& room) {
  const OptionalValue* optional = of.as<OptionalValue>();
  const Value* within = optional == nullptr ? &of : optional->held.get();
  const Value* found = within == nullptr ? nullptr : part_of(node, *within, key);
  // The step to what is not there costs nothing.
  const std::uint64_t saved = found == nullptr && node.cost > 0 ? 1 : 0;
  if (is_stopped() || !charge(node.cost - saved)) return nullptr;
  room = optional_value(found);
  return &room;
}

const Value* Evaluation::list(const Node& node, Value& room) {
  auto elements = std::make_shared<std::vector<Value>>();
  elements->reserve(node.children.size());
  for (const Node* child : node.children) {
    Value element_room;
    const Value* element = value(*child, element_room);
    if (element == nullptr) (void)charge(node.cost);
    if (element == nullptr || !work(kWorkPerElement)) return nullptr;
    if (child->is_spread) {
      if (!spread(*this, *child, element)) return nullptr;
      if (element != nullptr) elements->push_back(*element);
      continue;
    }
    elements->push_back(element == &element_room ? std::move(element_room) : *element);
  }
  if (!charge(node.cost)) return nullptr;
  room = Value(Value::Variant(ListValue(std::move(elements))));
  return &room;
}

// Of entries with the same key the last one counts.
const Value* Evaluation::map(const Node& node, Value& room) {
  auto entries = std::make_shared<std::vector<std::pair<Value, Value>>>();
  entries->reserve(node.children.size() / 2);
  MapValue map;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    Value key_room;
    Value value_room;
    const Value* key = value(*node.children[i], key_room);
    if (key == nullptr) (void)charge(node.cost);
    if (key == nullptr) return nullptr;
    if (!may_be_key(*key)) {
      (void)fail(*node.children[i], "unsupported key type");
      return nullptr;
    }
    const Value* entry = value(*node.children[i + 1], value_room);
    if (entry == nullptr) (void)charge(node.cost);
    if (entry == nullptr || !work(kWorkPerElement)) return nullptr;
    if (node.children[i + 1]->is_spread) {
      if (!spread(*this, *node.children[i + 1], entry)) return nullptr;
      if (entry == nullptr) continue;
    }
    bool is_new = true;
    for (auto& [before, kept] : *entries) {
      if (!same_key(*this, before, *key)) continue;
      kept = *entry;
      is_new = false;
    }
    if (is_stopped()) return nullptr;
    if (is_new) entries->emplace_back(*key, *entry);
  }
  if (!charge(node.cost)) return nullptr;
  map.entries = std::move(entries);
  room = Value(Value::Variant(std::move(map)));
  return &room;
}

}  // namespace cw::cel
