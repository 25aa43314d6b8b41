/* There is no C library's header for macOS here; this is what zstd's decoder takes of it. */
#pragma once
#include <stddef.h>
void* malloc(size_t size);
void* calloc(size_t count, size_t size);
void free(void* block);
