#include "loader/program/windows/user.h"

namespace ingot::loader {
namespace {

constexpr size_t kMostSecurity = 4096;  // bytes of an owner and a list of rights

// Of the process's token.
template <typename Info>
struct TokenInfo {
  alignas(8) uint8_t bytes[sizeof(Info) + SECURITY_MAX_SID_SIZE] = {};
  bool found = false;

  explicit TokenInfo(TOKEN_INFORMATION_CLASS kind) {
    HANDLE token = nullptr;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return;
    DWORD size = 0;
    found = GetTokenInformation(token, kind, bytes, sizeof bytes, &size) != 0;
    CloseHandle(token);
  }
  const Info& get() const { return *reinterpret_cast<const Info*>(bytes); }
};

bool is_trusted(PSID sid, const TokenInfo<TOKEN_USER>& user) {
  constexpr WELL_KNOWN_SID_TYPE kTrusted[] = {WinBuiltinAdministratorsSid, WinLocalSystemSid,
                                              WinCreatorOwnerSid, WinCreatorOwnerRightsSid};
  if (EqualSid(sid, user.get().User.Sid)) return true;
  for (WELL_KNOWN_SID_TYPE type : kTrusted)
    if (IsWellKnownSid(sid, type)) return true;
  return false;
}

// Whether the list gives no right to change the thing to anybody who is not trusted.
bool is_changed_by_trusted_only(PACL list, const TokenInfo<TOKEN_USER>& user) {
  constexpr DWORD kChanging = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | DELETE |
                              WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
  for (DWORD i = 0; i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (!GetAce(list, i, &entry)) return false;
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    if ((allowed->Header.AceFlags & INHERIT_ONLY_ACE) != 0 ||
        allowed->Header.AceType == ACCESS_DENIED_ACE_TYPE)
      continue;
    if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
    if ((allowed->Mask & kChanging) != 0 && !is_trusted(&allowed->SidStart, user)) return false;
  }
  return true;
}

bool is_private(HANDLE handle) {
  alignas(8) uint8_t descriptor[kMostSecurity];
  DWORD size = 0;
  TokenInfo<TOKEN_USER> user(TokenUser);
  PSID owner = nullptr;
  PACL list = nullptr;
  BOOL defaulted = 0, has_list = 0;
  return user.found &&
         GetKernelObjectSecurity(handle, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                 descriptor, sizeof descriptor, &size) &&
         GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) && owner != nullptr &&
         is_trusted(owner, user) &&
         GetSecurityDescriptorDacl(descriptor, &has_list, &list, &defaulted) && has_list != 0 &&
         list != nullptr && is_changed_by_trusted_only(list, user);
}

DWORD attributes_of(HANDLE handle) {
  BY_HANDLE_FILE_INFORMATION information;
  constexpr DWORD kNone = FILE_ATTRIBUTE_REPARSE_POINT;
  return GetFileInformationByHandle(handle, &information) ? information.dwFileAttributes : kNone;
}

}  // namespace

bool make_private_folder(const Path& path) {
  alignas(8) uint8_t rights[sizeof(ACL) + sizeof(ACCESS_ALLOWED_ACE) + SECURITY_MAX_SID_SIZE];
  auto* list = reinterpret_cast<ACL*>(rights);
  SECURITY_DESCRIPTOR descriptor;
  TokenInfo<TOKEN_USER> user(TokenUser);
  if (!path || !user.found || !InitializeAcl(list, sizeof rights, ACL_REVISION) ||
      !AddAccessAllowedAceEx(list, ACL_REVISION, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE,
                             FILE_ALL_ACCESS, user.get().User.Sid) ||
      !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) ||
      !SetSecurityDescriptorDacl(&descriptor, 1, list, 0) ||
      !SetSecurityDescriptorControl(&descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED))
    return false;
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, 0};
  return CreateDirectoryW(path.text(), &attributes) || GetLastError() == ERROR_ALREADY_EXISTS;
}

File open_private_folder(const Path& path, const char*& why) {
  File folder =
      open_file(path, READ_CONTROL | FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
  if (!folder) {
    why = "the cache folder cannot be made";
    return folder;
  }
  constexpr DWORD kKinds = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
  if ((attributes_of(folder.number()) & kKinds) != FILE_ATTRIBUTE_DIRECTORY ||
      !is_private(folder.number())) {
    why = "the cache folder is not this user's alone";
    folder.close();
  }
  return folder;
}

bool is_private_file(HANDLE file) {
  constexpr DWORD kKinds = FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT;
  return (attributes_of(file) & kKinds) == 0 && is_private(file);
}

bool has_more_rights_than_its_user() {
  TokenInfo<TOKEN_ELEVATION_TYPE> elevation(TokenElevationType);
  return !elevation.found || elevation.get() == TokenElevationTypeFull;
}

}  // namespace ingot::loader
