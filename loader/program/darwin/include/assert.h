/* There is no C library's header for macOS here; this is what zstd's decoder takes of it. */
#pragma once
#define assert(condition) ((void)0)
