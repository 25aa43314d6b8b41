// Small pieces of text for people: sizes, counts, paths, and text that others wrote.
//
// Owns nothing but formatting. Never writes anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ingot {

// Millions of bytes with one decimal: "149.7 MB"; "<0.1 MB" for what would be 0.0.
std::string megabytes(uint64_t bytes);

// "1 package", "10,000 packages".
std::string counted(uint64_t count, std::string_view noun);

// Relative to `folder` (absolute) when the absolute `path` is below it, else as it is.
std::string shown_path(const std::string& path, const std::string& folder);

// The current folder of this process, or "" when it has none any more.
std::string current_folder();

// "  title         text\n", of what commands say at their end; whatever `text` has, it is fit for a
// terminal.
std::string row(std::string_view title, std::string_view text);

// What others wrote, fit for a terminal: control characters are spelled out, so that no package
// name moves the cursor, and a line after the first is indented, so that none looks like ours.
std::string printable(std::string_view text);

// Broken at spaces into lines of at most `width` columns where that is possible; lines after the
// first begin with `indent` spaces, which count. Counts bytes as columns.
std::string wrapped(std::string_view text, size_t width, size_t indent);

// At most `width` columns, the middle replaced by "..." where it is longer. Counts code points as
// columns, never cuts one, and keeps the end of the text: of a path it says the most.
std::string elided(std::string_view text, size_t width);

}  // namespace ingot
