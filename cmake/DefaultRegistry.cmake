# INGOT_DEFAULT_REGISTRY: the registry that npm itself would use. Asked of npm rather than written
# here, because it is npm's to decide, and because a lockfile's addresses on that host stand for
# "whatever registry is configured".
if(NOT INGOT_DEFAULT_REGISTRY)
  find_program(NPM_PROGRAM npm)
  if(NPM_PROGRAM)
    execute_process(
      COMMAND ${NPM_PROGRAM} config get registry
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE ingot_registry
      OUTPUT_STRIP_TRAILING_WHITESPACE
      ERROR_QUIET
      RESULT_VARIABLE ingot_npm_result)
  endif()
  if(NOT NPM_PROGRAM OR NOT ingot_npm_result EQUAL 0 OR NOT ingot_registry MATCHES "^https?://")
    message(FATAL_ERROR
      "Cannot ask npm for its registry (`npm config get registry`). Install npm, or configure with "
      "-DINGOT_DEFAULT_REGISTRY=https://your.registry.example/")
  endif()
  set(INGOT_DEFAULT_REGISTRY ${ingot_registry} CACHE STRING "The registry npm uses by default")
endif()
