#include "lib/dns/names.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "lib/base/random.h"
#include "lib/dns/server_address.h"

using namespace cw;       // NOLINT(google-build-using-namespace)
using namespace cw::dns;  // NOLINT(google-build-using-namespace)

TEST_CASE("names are made absolute and lower case", "[dns][names]") {
  CHECK(*absolute_name("WWW.Example.com") == "www.example.com.");
  CHECK(*absolute_name("www.example.com.") == "www.example.com.");
  CHECK(*absolute_name("*.example.com") == "*.example.com.");
}

TEST_CASE("what is no name is Invalid", "[dns][names]") {
  const std::string nul("a\0b.test", 8);
  const std::string long_name = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                                std::string(63, 'c') + "." + std::string(63, 'd') + "." + "e";
  for (const std::string& text :
       {std::string(), std::string("a..b"), std::string(64, 'a') + ".test", nul, long_name}) {
    const auto name = absolute_name(text);
    REQUIRE_FALSE(name);
    CHECK(name.error().code == Code::Invalid);
  }
}

TEST_CASE("parents and zones are counted in labels, not in text", "[dns][names]") {
  CHECK(parent_of("a.b.test.") == "b.test.");
  CHECK(parent_of("test.") == ".");
  CHECK(parent_of(".") == ".");
  CHECK(parent_of("a\\.b.test.") == "test.");
  CHECK(is_within("a.b.test.", "b.test."));
  CHECK(is_within("b.test.", "b.test."));
  CHECK(is_within("b.test.", "."));
  CHECK_FALSE(is_within("ab.test.", "b.test."));
  CHECK_FALSE(is_within("a\\.b.test.", "b.test."));
  CHECK_FALSE(is_within("test.", "b.test."));
}

TEST_CASE("server texts are taken apart", "[dns][names]") {
  CHECK(*parse_server("192.0.2.1") == ServerAddress{"192.0.2.1", 53});
  CHECK(*parse_server("192.0.2.1:5353") == ServerAddress{"192.0.2.1", 5353});
  CHECK(*parse_server("[2001:db8::1]:5353") == ServerAddress{"2001:db8::1", 5353});
  CHECK(*parse_server("[2001:db8::1]") == ServerAddress{"2001:db8::1", 53});
  CHECK(*parse_server("2001:db8::1") == ServerAddress{"2001:db8::1", 53});
  CHECK(*parse_server("ns1.example.com:53") == ServerAddress{"ns1.example.com", 53});
  CHECK(to_string(ServerAddress{"2001:db8::1", 53}) == "[2001:db8::1]:53");
  for (const char* text :
       {"", ":53", "a:", "a:0", "a:65536", "a:5x", "[2001:db8::1", "[::1]x", "a b", "[]:53"}) {
    INFO(text);
    CHECK_FALSE(parse_server(text));
  }
}

TEST_CASE("the system's servers come from resolv.conf, or public ones", "[dns][names]") {
  const std::string path = std::filesystem::temp_directory_path() / ("resolv-" + random_uuid());
  {
    std::ofstream file(path);
    file << "# nameserver 192.0.2.9\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 \n";
  }
  CHECK(system_nameservers(path) == std::vector<std::string>{"192.0.2.1:53", "[2001:db8::1]:53"});
  std::remove(path.c_str());
  CHECK(system_nameservers(path) == std::vector<std::string>{"8.8.8.8:53", "8.8.4.4:53"});
}
