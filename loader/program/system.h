// What the common part of the loader asks of a system: each system's own header has these names.
//
//   FileNumber                      an open file; File closes it at the end of the scope
//   write_all, read_up_to           at the file's position, and at an offset
//   begin_writing                   so that a later flush has little left to do
//   Memory, forget                  memory, and mapped pages that are not needed again
//   is_terminal, write_error        standard error; kEraseLine empties a terminal's line
//   milliseconds, seconds_now       of a clock that runs evenly, and since 1970
//   leave                           the end of the process
#pragma once

#ifdef _WIN32
#include "loader/program/windows/system.h"
#else
#include "loader/program/linux/system.h"
#endif
