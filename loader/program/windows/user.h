// Whose a file or a folder is.
//
// Owns the rule of who may be trusted with a runtime: what belongs to this user (or to those who
// may do anything here: administrators and the system) and what nobody else may change. Changes
// nothing but the folders that it makes.
#pragma once

#include "loader/program/system.h"

namespace ingot::loader {

// Makes a folder that is this user's alone; true when it is there afterwards, whoever made it.
bool make_private_folder(const Path& path);

// Opens a folder and keeps it from being renamed or removed while it is open. Invalid when it is a
// link, or is not private: `why`.
File open_private_folder(const Path& path, const char*& why);

// Whether an open file is a plain one of this user's that nobody else may change. It has to be open
// for READ_CONTROL.
bool is_private_file(HANDLE file);

// Whether this process may do more than the user's others, who have the same cache.
bool has_more_rights_than_its_user();

}  // namespace ingot::loader
