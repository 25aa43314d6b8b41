// Would Windows load this file, and would Node find the blob in it?
//
// Applies the rules of Windows' loader and of its search for resources to the bytes of a finished
// file, and shares no code with the reader, the layout or the writer, so that a mistake of theirs
// shows here. Run on every file that is written. Never says where a file came from (original.h
// does), nor whether a signature is right (signing/ does).
//
// Sources: Microsoft, "PE Format"; the checks of MiCreateImageFileMap and LdrpSearchResourceSection
// as ReactOS (ntoskrnl/mm/section.c, dll/ntdll/ldr/ldrutils.c) and Wine document them; and
// postject_find_resource in Node's postject-api.h.
//
// Errors, all with code "pe-layout", name the rule that is broken.
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::pe {

Status check_layout(ByteView file);

}  // namespace ingot::pe
