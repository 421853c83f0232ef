# cw_library(NAME [OBJECT] SRCS … [ALONE …] DEPS …): one folder, one static library (or the objects of one), one namespace.
# The repository root is the only include root, so an #include is a path.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(cw_options INTERFACE)
target_include_directories(cw_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(cw_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                                            -Werror -fno-strict-aliasing -ffunction-sections -fdata-sections)
target_link_options(cw_options INTERFACE -Wl,--gc-sections -Wl,--as-needed
                                         $<$<CONFIG:Release>:-Wl,-z,pack-relative-relocs>)

# Where everything is built once (CI), eight files are compiled as one: most of the time goes into headers. Folders are
# built so whose files have no names in common but for those that they name ALONE, and the release build never: it shows
# a missing #include.
set(cw_joined base pki kube http dns acme dns01 client watch api issuance cel rbac policy schemas yaml_values webhook webhook_policy webhook_gate webhook_serving
    controller_runtime controller_issuers controller_requests controller_certificates controller_acme controller_policy
    cli_explain fake_kube acme_contract)
set(cw_joined_tests api base cli cli_check controller_acme controller_policy explain kube policy rbac schemas yaml)
function(cw_join NAME)
  if(CW_UNITY)
    set_target_properties(${NAME} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

function(cw_library NAME)
  cmake_parse_arguments(ARG "OBJECT" "" "SRCS;ALONE;DEPS" ${ARGN})
  set(type STATIC)
  if(ARG_OBJECT)
    set(type OBJECT)
  endif()
  add_library(${NAME} ${type} ${ARG_SRCS})
  string(REGEX REPLACE "^cw_" "" folder ${NAME})
  if(folder IN_LIST cw_joined)
    cw_join(${NAME})
    set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  target_link_libraries(${NAME} PUBLIC cw_options ${ARG_DEPS})
  # Decoders by visitor and what decides over typed objects do no arithmetic on bytes from outside. Undefined behaviour
  # in those that are fuzzed is looked for by the fuzz preset; elsewhere it would cost a third of the whole build.
  if(CMAKE_CXX_FLAGS MATCHES "undefined" AND
     (NAME MATCHES "^cw_(controller|cli$|cli_explain|fake|kube_contract|acme_contract)" OR
      (NOT CW_FUZZ AND NAME MATCHES "^cw_(api|issuance|policy|rbac|schemas|webhook|cli)")))
    target_compile_options(${NAME} PRIVATE -fno-sanitize=undefined)
  endif()
  # What runs once at the start, or waits for other people's servers: small before fast.
  if(NAME MATCHES "^cw_(cli|dns|acme|apiserver_cold|client|yaml|pki|policy_watch|webhook_(advice|serving|policy)|controller$|controller_(acme|issuers|policy))")
    target_compile_options(${NAME} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
endfunction()

# cw_precompile(NAME): nlohmann/json.hpp, precompiled once for all libraries that are compiled with the same options.
function(cw_precompile NAME)
  get_target_property(options ${NAME} COMPILE_OPTIONS)
  string(MD5 key "${options}")
  get_property(first GLOBAL PROPERTY cw_precompiled_${key})
  if(first)
    target_precompile_headers(${NAME} REUSE_FROM ${first})
  else()
    target_precompile_headers(${NAME} PRIVATE <nlohmann/json.hpp>)
    set_property(GLOBAL PROPERTY cw_precompiled_${key} ${NAME})
  endif()
endfunction()

# What is tested is in libraries, which have both sanitizers; the tests themselves are many, and compiled oftener
# than they run.
function(cw_test_options NAME)
  target_compile_definitions(${NAME} PRIVATE CW_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
  target_compile_options(${NAME} PRIVATE -O0 -fno-sanitize=undefined)
  target_link_libraries(${NAME} PRIVATE cw_options nlohmann_json::nlohmann_json PkgConfig::SIMDJSON)
endfunction()

# cw_test(NAME SRCS … DEPS …): one Catch2 program; ctest runs it whole. OWN_PCH: it precompiles other
# headers than the rest.
function(cw_test NAME)
  cmake_parse_arguments(ARG "OWN_PCH" "" "SRCS;DEPS" ${ARGN})
  add_executable(${NAME} ${ARG_SRCS})
  target_link_libraries(${NAME} PRIVATE cw_options cw_test_main ${ARG_DEPS})
  cw_test_options(${NAME})
  string(REGEX REPLACE "_tests$" "" folder ${NAME})
  if(folder IN_LIST cw_joined_tests)
    cw_join(${NAME})
  endif()
  if(NOT ARG_OWN_PCH)
    target_precompile_headers(${NAME} REUSE_FROM cw_test_headers)
  endif()
  add_test(NAME ${NAME} COMMAND ${NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
