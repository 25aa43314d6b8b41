// What signals do to the program.
//
// Owns leaving no temporary file behind when somebody interrupts a build, and turning the signals
// for a closed pipe and for a file-size limit into ordinary errors of the write that met them. A
// signal that the caller had ignored (nohup) stays ignored.
#pragma once

namespace ingot {

// Once, before there are threads.
void install_signal_handlers();

}  // namespace ingot
