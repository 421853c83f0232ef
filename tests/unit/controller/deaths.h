// Controllers that die at a chosen write.
#pragma once

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

}  // namespace cw::controller::tests
