// For each folder on standard input: one line of JSON with the files we choose in it.
#include <iostream>
#include <string>

#include "base/json.h"
#include "packer/unpack/project_files.h"

int main() {
  std::string folder;
  while (std::getline(std::cin, folder)) {
    ingot::Diagnostics diagnostics;
    auto chosen = ingot::choose_project_files(ingot::real_file_system(), folder, {}, diagnostics);
    if (!chosen) {
      std::cerr << folder << ": " << chosen.error().message << "\n";
      return 1;
    }
    std::cout << "{\"lifted\":" << chosen->lifted.size() << ",\"files\":[";
    for (size_t i = 0; i < chosen->files.size(); ++i)
      std::cout << (i > 0 ? "," : "") << ingot::json_quote(chosen->files[i].path);
    std::cout << "]}\n";
  }
}
