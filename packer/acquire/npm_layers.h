// The places that npm takes settings from, in order of precedence.
//
// Owns finding and reading them; knows no setting but those that say where a file is. Look-up only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "packer/acquire/environment.h"

namespace ingot {

struct NpmLayer {
  std::string name;  // for messages: a path, or "the environment"
  std::map<std::string, std::vector<std::string>, std::less<>> values;
};

struct NpmSetting {
  std::string value;  // the last one, where several are given
  std::vector<std::string> list;
  std::string layer;
};

class NpmLayers {
 public:
  // Unreadable files are passed over with a warning, as npm does. `others` come right after the
  // environment.
  static NpmLayers load(const FileSystem& files, const Environment& environment,
                        const std::string& project_folder, std::vector<NpmLayer> others,
                        Diagnostics& diagnostics);

  // From the highest layer that has `key`.
  std::optional<NpmSetting> find(std::string_view key) const;
  // Every key there is, sorted, with its setting.
  std::map<std::string, NpmSetting> all() const;

 private:
  std::vector<NpmLayer> layers_;  // highest precedence first
};

}  // namespace ingot
