// SecretBytes: key material in memory. Move-only, wiped when it goes; has no operator<< and no implicit
// conversion, so it cannot reach a log by accident.
#pragma once

#include <string>
#include <string_view>

namespace cw {

// Overwrites in a way that the compiler does not remove, then clears.
void wipe(std::string& text);

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes() { wipe(bytes_); }

  std::string_view reveal() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

}  // namespace cw
