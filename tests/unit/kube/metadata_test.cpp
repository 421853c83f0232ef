#include "lib/kube/metadata.h"

#include <catch2/catch.hpp>

namespace cw::kube {
namespace {

constexpr Resource kWidgets{"example.com", "v1", "widgets", "Widget"};

ObjectMeta widget(const char* name, const char* uid) {
  ObjectMeta metadata;
  metadata.name = name;
  metadata.name_space = "ns";
  metadata.uid = uid;
  return metadata;
}

TEST_CASE("the controller is the owner marked as such") {
  ObjectMeta child;
  child.owner_references = {{"v1", "ConfigMap", "other", "u0", std::nullopt, std::nullopt},
                            {"v1", "ConfigMap", "another", "u1", false, std::nullopt},
                            {"example.com/v1", "Widget", "w", "u2", true, true}};
  REQUIRE(find_controller(child) != nullptr);
  CHECK(find_controller(child)->uid == "u2");
  CHECK(find_controller(ObjectMeta{}) == nullptr);
}

TEST_CASE("an owner created anew under the same name is not the controller") {
  ObjectMeta child;
  REQUIRE(set_controller(child, controller_reference(kWidgets, widget("w", "u1"))));
  CHECK(is_controlled_by(child, "u1"));
  CHECK_FALSE(is_controlled_by(child, "u2"));
  CHECK_FALSE(is_controlled_by(child, ""));
}

TEST_CASE("a controller reference names the owner and blocks its deletion") {
  const OwnerReference expected{"example.com/v1", "Widget", "w", "u1", true, true};
  CHECK(controller_reference(kWidgets, widget("w", "u1")) == expected);
}

TEST_CASE("a second controller is refused and the same one is set once") {
  ObjectMeta child;
  const auto first = controller_reference(kWidgets, widget("w", "u1"));
  REQUIRE(set_controller(child, first));
  REQUIRE(set_controller(child, first));
  CHECK(child.owner_references.size() == 1);
  const Status second = set_controller(child, controller_reference(kWidgets, widget("x", "u2")));
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::AlreadyExists);
  CHECK(child.owner_references.size() == 1);
}

TEST_CASE("an owner that is not yet the controller becomes it in place") {
  ObjectMeta child;
  child.owner_references = {{"example.com/v1", "Widget", "w", "u1", std::nullopt, std::nullopt}};
  REQUIRE(set_controller(child, controller_reference(kWidgets, widget("w", "u1"))));
  CHECK(child.owner_references.size() == 1);
  CHECK(is_controlled_by(child, "u1"));
}

TEST_CASE("key and finalizers are read from metadata") {
  ObjectMeta metadata = widget("w", "u1");
  metadata.finalizers = {"a/b"};
  CHECK(key_of(metadata) == ObjectKey{"ns", "w"});
  CHECK(has_finalizer(metadata, "a/b"));
  CHECK_FALSE(has_finalizer(metadata, "a"));
}

}  // namespace
}  // namespace cw::kube
