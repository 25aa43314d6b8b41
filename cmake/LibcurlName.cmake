# INGOT_LIBCURL: the name that a program linked with the libcurl found here would ask the system's loader for.
# packer/acquire/curl_library.h says why ingot is not linked with it and asks by itself.
execute_process(
  COMMAND ${CMAKE_READELF} --dynamic ${CURL_LIBRARIES}
  OUTPUT_VARIABLE ingot_libcurl_dynamic
  ERROR_QUIET)
if(NOT ingot_libcurl_dynamic MATCHES "\\(SONAME\\)[^[]*\\[([^]]+)\\]")
  message(FATAL_ERROR "${CURL_LIBRARIES} is no shared library with a name: ingot needs libcurl as one")
endif()
set(INGOT_LIBCURL ${CMAKE_MATCH_1})
