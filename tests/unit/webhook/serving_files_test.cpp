// The serving certificate from two files: read again, exchanged whole or not at all.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/unit/webhook/serving_cluster.h"

using namespace cw;  // tests only
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("webhook-serving-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

// A pair of its own, as PEM texts.
struct Pair {
  std::string certificate;
  std::string key;
  explicit Pair(test::ServingCluster& cluster) {
    const auto pair = pki::make_ca({.common_name = "files"}, cluster.keys, cluster.clock.now());
    REQUIRE(pair);
    certificate = pair->certificate_pem();
    const auto pem = pair->key_pem();
    REQUIRE(pem);
    key = pem->reveal();
  }
  void write(const fs::path& folder) const {
    fs::create_directories(folder);
    std::ofstream(folder / "tls.crt") << certificate;
    std::ofstream(folder / "tls.key") << key;
  }
};

struct Setup {
  test::ServingCluster cluster;
  Folder folder;
  webhook::CertificateFiles files{(folder / "tls.crt").string(), (folder / "tls.key").string()};
  std::shared_ptr<http::TlsIdentity> identity = http::TlsIdentity::empty();
  std::unique_ptr<webhook::ServingCertificate> certificate = webhook::certificate_from_files(files, identity);
};

}  // namespace

TEST_CASE("serving files: half of a new pair leaves the old one in use until the other half is there",
          "[webhook][serving]") {
  Setup setup;
  CHECK_FALSE(setup.certificate->refresh());
  CHECK_FALSE(setup.identity->has_certificate());
  const Pair first(setup.cluster);
  const Pair second(setup.cluster);
  first.write(setup.folder / "");
  CHECK(setup.certificate->refresh());
  CHECK(setup.identity->has_certificate());
  std::ofstream(setup.files.certificate) << second.certificate;
  CHECK_FALSE(setup.certificate->refresh());
  CHECK(setup.identity->has_certificate());
  std::ofstream(setup.files.private_key) << second.key.substr(0, 40);
  CHECK_FALSE(setup.certificate->refresh());
  CHECK(setup.identity->has_certificate());
  std::ofstream(setup.files.private_key) << second.key;
  CHECK(setup.certificate->refresh());
}

TEST_CASE("serving files: a Secret volume exchanged behind its symbolic link is read anew",
          "[webhook][serving]") {
  Setup setup;
  Pair(setup.cluster).write(setup.folder / "..v1");
  fs::create_directory_symlink("..v1", setup.folder / "..data");
  fs::create_symlink("..data/tls.crt", setup.folder / "tls.crt");
  fs::create_symlink("..data/tls.key", setup.folder / "tls.key");
  REQUIRE(setup.certificate->refresh());
  Pair(setup.cluster).write(setup.folder / "..v2");
  fs::create_directory_symlink("..v2", setup.folder / "..data_tmp");
  fs::rename(setup.folder / "..data_tmp", setup.folder / "..data");
  fs::remove_all(setup.folder / "..v1");
  CHECK(setup.certificate->refresh());
  std::ofstream(setup.folder / "..v2" / "tls.key") << "broken";  // it is this pair that is looked at now
  CHECK_FALSE(setup.certificate->refresh());
  CHECK(setup.certificate->trust() == webhook::Trust::Unknown);
}
