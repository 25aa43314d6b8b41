# Compiler settings that every folder shares, and `ingot_library`, which declares one folder.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON) # statement expressions, for TRY
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
option(INGOT_TESTS "Build the unit tests" ON)
option(INGOT_FUZZ "Build the fuzz targets: needs clang with libFuzzer" OFF)
option(INGOT_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(ingot_settings INTERFACE)
target_include_directories(ingot_settings INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ingot_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wno-gnu-statement-expression -Wno-pedantic
  -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>) # g++ 12 warns of every "text" + std::string (PR 105329)
if(INGOT_FUZZ)
  target_compile_options(ingot_settings INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(ingot_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(INGOT_SANITIZE)
  target_compile_options(ingot_settings INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(ingot_settings INTERFACE -fsanitize=address,undefined)
endif()

# ingot_library(NAME [DEPENDS other folders] [LINK outside libraries])
# makes libingot_NAME.a from the folder's *.cc files.
function(ingot_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_library(ingot_${name} STATIC ${sources})
  target_link_libraries(ingot_${name} PUBLIC ingot_settings)
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(ingot_${name} PUBLIC ingot_${dependency})
  endforeach()
  target_link_libraries(ingot_${name} PRIVATE ${ARG_LINK})
endfunction()

# ingot_unit_test(NAME [DEPENDS folders] [LINK outside libraries])
# makes unit_NAME from the folder's *.cc files and registers it with CTest.
function(ingot_unit_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_executable(unit_${name} ${sources})
  target_link_libraries(unit_${name} PRIVATE ingot_test_main ${ARG_LINK})
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(unit_${name} PRIVATE ingot_${dependency})
  endforeach()
  add_test(NAME unit_${name} COMMAND unit_${name})
endfunction()
