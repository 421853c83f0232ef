#include "lib/base/memory.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cw {
namespace {

constexpr int kArenas = 2;  // by default eight a core: each keeps what its threads have freed
// Bytes. Below, what one large review takes is there for the next, instead of page faults each time.
constexpr int kOwnMapping = 8 << 20;  // such a block goes back as soon as it is freed
constexpr int kKeptFree = 16 << 20;   // at the top of an arena, until return_free_memory()

// A segment that is not writable is as in its file: relocated data is in a writable one.
void forget(std::uintptr_t begin, std::size_t size) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t first = begin / page * page;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader speaks of addresses
  static_cast<void>(::madvise(reinterpret_cast<void*>(first), begin + size - first, MADV_DONTNEED));
}

int forget_object(dl_phdr_info* object, std::size_t, void*) {
  if (std::string_view(object->dlpi_name).find("vdso") != std::string_view::npos) return 0;
  for (const ElfW(Phdr) & segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
    const bool constant = segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0U;
    if (constant) forget(object->dlpi_addr + segment.p_vaddr, segment.p_filesz);
  }
  return 0;
}

}  // namespace

void keep_memory_small() {
  // NOLINTBEGIN(concurrency-mt-unsafe): no other thread runs yet. A sanitizer's library says no: then it is
  // as it is.
  static_cast<void>(::mallopt(M_ARENA_MAX, kArenas));
  static_cast<void>(::mallopt(M_MMAP_THRESHOLD, kOwnMapping));
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, kKeptFree));
  // NOLINTEND(concurrency-mt-unsafe)
}

void return_free_memory() {
  // One at a time: where a sanitizer's allocator serves the program, this is the C library's first call into
  // its own, and that first call may be made by one thread only.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  static_cast<void>(::malloc_trim(0));
  static_cast<void>(::dl_iterate_phdr(forget_object, nullptr));
}

}  // namespace cw
