# Everything that we did not write, found on the system; nothing is downloaded.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(Catch2 2 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(valijson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)

# cw_archive(NAME ARCHIVE SHARED): the archive where the system has it, else the shared library. What is linked in
# costs only the pages that are used: each shared library that is loaded costs the idle webhook 0.2 to 0.5 MB.
function(cw_archive NAME ARCHIVE SHARED)
  add_library(${NAME} INTERFACE)
  find_library(${NAME}_ARCHIVE NAMES ${ARCHIVE})
  if(${NAME}_ARCHIVE)
    target_link_libraries(${NAME} INTERFACE ${${NAME}_ARCHIVE} m Threads::Threads)
  else()
    target_link_libraries(${NAME} INTERFACE ${SHARED})
  endif()
endfunction()
cw_archive(cw_yaml libyaml-cpp.a yaml-cpp)
cw_archive(cw_sqlite libsqlite3.a SQLite::SQLite3)
cw_archive(cw_re2 libre2.a PkgConfig::RE2)

# httplib.h without these macros links and then aborts at start: only lib/http may use this target.
add_library(cw_httplib INTERFACE)
target_link_libraries(cw_httplib INTERFACE PkgConfig::HTTPLIB OpenSSL::SSL Threads::Threads)
