/* There is no C library's header for macOS here; this is what zstd's decoder takes of it. */
#pragma once
#include <stddef.h>
void* memcpy(void* to, const void* from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int byte, size_t size);
