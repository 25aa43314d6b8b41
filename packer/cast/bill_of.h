// The bill of materials of an executable, as its sealed manifest tells it.
#pragma once

#include "packer/acquire/environment.h"
#include "packer/bill/bill.h"
#include "packer/cast/sealed_manifest.h"

namespace ingot {

// Links are left out: who depends on one depends on what it leads to. `executable_sha256`: of the
// whole file; "" when there is none. The time is that of SOURCE_DATE_EPOCH, if `environment` has
// it. Error: "source-date-invalid".
Result<Bill> bill_of(const SealedManifest& manifest, std::string executable_sha256,
                     const Environment& environment);

// "cyclonedx" or "spdx"; the end of the name of a file in that format (".cdx.json").
std::string_view bill_format_name(BillFormat format);
std::string_view bill_extension(BillFormat format);
std::optional<BillFormat> find_bill_format(std::string_view name);

}  // namespace ingot
