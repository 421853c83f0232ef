// Controllers that die at a chosen write.
#pragma once

#include <functional>

#include <catch2/catch.hpp>

#include "lib/api/resources.h"
#include "tests/unit/controller/scene.h"

namespace cw::controller::tests {

using Fault = FaultyWriter::Fault;

// From the n-th write on the process is as good as dead: that one fails as told, all later ones do too.
inline FaultyWriter::Choose dies_at(std::size_t n, Fault fault) {
  return [=](std::size_t number) {
    if (number < n) return Fault::None;
    return number == n ? fault : Fault::Before;
  };
}

inline void prepare(Scene& scene) {
  scene.add_ca("mesh");
  scene.settle();
  scene.kube.forget_writes();
}

// A run that dies at write n; false if it needed fewer writes than that.
inline bool run_and_die(Scene& scene, std::size_t n, Fault fault) {
  FaultyWriter writer(scene.kube, dies_at(n, fault), Code::Unavailable);
  const auto machine = scene.controller(&writer);
  REQUIRE(machine->list_once());
  machine->drain(60);
  return writer.writes() >= n;
}

// In a scene of its own for each write: `set` it, run and die there, start anew until there is nothing left
// to do, and `look` what came of it. The answer is one more than the writes that it took.
inline std::size_t for_each_death(Fault fault, const std::function<void(Scene&)>& set,
                                  const std::function<void(Scene&, std::size_t n)>& look) {
  std::size_t n = 1;
  for (bool reached = true; reached; ++n) {
    Scene scene;
    set(scene);
    reached = run_and_die(scene, n, fault);
    scene.settle();
    INFO("fault at write " << n);
    look(scene, n);
  }
  return n;
}

// What an issuance comes to, wherever it was broken off.
inline void issued_once(const Scene& scene, int revision) {
  CHECK(what_is_wrong(scene, "mesh", "web", revision) == "");
  CHECK(scene.creates_of("certificaterequests") == 1);
}

}  // namespace cw::controller::tests
