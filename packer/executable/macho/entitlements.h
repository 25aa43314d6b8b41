// What the system is asked to allow an executable: its entitlements, in their two forms.
//
// Owns taking one entitlement out of a signature's blobs, so that both forms keep saying the same.
// Adds none. Sources: the XML form is a property list; the DER form is Apple's
// CoreEntitlements (Security, der_plist.c): [APPLICATION 16] { INTEGER 1, [16] { entry... } },
// entry = SEQUENCE { UTF8String key, value }.
//
// Errors: "entitlements-unknown" (not of the forms that the templates have).
#pragma once

#include <string_view>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

// Lets any debugger of the same user attach. Apple notarizes nothing that has it.
inline constexpr std::string_view kGetTaskAllow = "com.apple.security.get-task-allow";

// `blob`: kEntitlementsSlot's or kEntitlementsDerSlot's, with magic and length, and so is the
// result. A blob that does not have the entitlement comes back as it was.
Result<Bytes> without_entitlement(ByteView blob, std::string_view key);

}  // namespace ingot::macho
