#include "packer/executable/pe/exports.h"

#include <algorithm>
#include <cstring>

namespace ingot::pe {
namespace {

constexpr size_t kMaxName = 8192;

struct ExportDirectory {
  uint32_t reserved = 0;
  uint32_t time = 0;
  uint16_t versions[2] = {};
  uint32_t own_name = 0;
  uint32_t first_number = 1;
  uint32_t function_count = 0;
  uint32_t name_count = 0;
  uint32_t functions = 0;
  uint32_t names = 0;
  uint32_t indexes = 0;
};
static_assert(sizeof(ExportDirectory) == 40, "IMAGE_EXPORT_DIRECTORY");

Error malformed(const char* what) {
  return input_error("pe-exports-malformed",
                     std::string("the exports of the PE executable are damaged: ") + what);
}

Result<std::string_view> text_at(const Image& image, ByteView file, uint32_t address) {
  auto offset = file_offset(image, address, 1);
  if (!offset) return fail(malformed("a name is in no section"));
  std::string_view rest = TRY(file.slice_from(*offset)).text().substr(0, kMaxName);
  size_t size = rest.find('\0');
  // The dot would end the library's name in what a name is led on by.
  if (size == std::string_view::npos || size == 0 || rest.substr(0, size).contains('.'))
    return fail(malformed("a name is impossible"));
  return rest.substr(0, size);
}

template <typename T>
void put(Bytes& out, size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof value);
}

}  // namespace

Result<std::vector<std::string_view>> read_export_names(const Image& image, ByteView file) {
  const Directory& place = image.directory(kExports);
  std::vector<std::string_view> names;
  if (place.size == 0) return names;
  auto offset = file_offset(image, place.address, sizeof(ExportDirectory));
  if (!offset) return fail(malformed("they are not in a section"));
  auto directory = TRY(file.record<ExportDirectory>(*offset));
  if (directory.name_count > kMaxExports) return fail(malformed("there are too many"));
  auto table = file_offset(image, directory.names, directory.name_count * uint64_t{4});
  if (!table) return fail(malformed("their names are not in a section"));
  names.reserve(directory.name_count);
  for (uint32_t i = 0; i < directory.name_count; ++i) {
    uint32_t address = TRY(file.le<uint32_t>(*table + i * uint64_t{4}));
    names.push_back(TRY(text_at(image, file, address)));
  }
  if (std::ranges::adjacent_find(names, std::greater_equal<>()) != names.end())
    return fail(malformed("their names are not in order"));
  return names;
}

Bytes forward_exports(const std::vector<std::string_view>& names, std::string_view own_name,
                      std::string_view library, uint32_t address) {
  INGOT_CHECK(names.size() <= kMaxExports);
  auto count = static_cast<uint32_t>(names.size());
  size_t functions = sizeof(ExportDirectory), texts_of_names = functions + 4 * names.size();
  size_t indexes = texts_of_names + 4 * names.size();
  auto address_of = [&](size_t offset) { return static_cast<uint32_t>(address + offset); };
  Bytes out(indexes + 2 * names.size());
  auto add = [&](std::string_view text) { out.insert(out.end(), text.begin(), text.end()); };

  ExportDirectory directory;
  directory.function_count = directory.name_count = count;
  directory.functions = address_of(functions);
  directory.names = address_of(texts_of_names);
  directory.indexes = address_of(indexes);
  directory.own_name = address_of(out.size());
  put(out, 0, directory);
  add(own_name);
  out.push_back(0);
  for (size_t i = 0; i < names.size(); ++i) {
    put(out, functions + 4 * i, address_of(out.size()));
    add(library);
    add(".");
    put(out, texts_of_names + 4 * i, address_of(out.size()));  // the text's end is the name
    put(out, indexes + 2 * i, static_cast<uint16_t>(i));
    add(names[i]);
    out.push_back(0);
  }
  return out;
}

}  // namespace ingot::pe
