#include "screening/run_walls.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/record_reader.hpp"
#include "chem/usage_error.hpp"
#include "screening/search/store_conformers.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

void refuse_symlinks_in(const fs::path& folder) {
  std::error_code failure;
  for (fs::directory_iterator entry{folder, failure}; !failure && entry != fs::directory_iterator{};
       entry.increment(failure))
    if (std::error_code ignored; entry->is_symlink(ignored))
      throw UsageError(entry->path().string() +
                       ": is a symlink; hint: a run's files are its own, delete the link or choose another folder");
}

bool lies_below(const fs::path& path, const fs::path& root) {
  const auto [end_of_root, ignored] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return end_of_root == root.end();
}

}  // namespace

void refuse_unsafe_folder(const fs::path& folder) {
  // A last slash would make lstat follow the link.
  const fs::path itself = folder.has_filename() ? folder : folder.parent_path();
  struct stat status {};
  if (::lstat(itself.c_str(), &status) != 0) return;
  if (S_ISLNK(status.st_mode)) throw UsageError(itself.string() + ": is a symlink; hint: name the folder it leads to");
  if (!S_ISDIR(status.st_mode)) return;  // another message says so
  if (status.st_uid != ::geteuid())
    throw UsageError(itself.string() + ": belongs to another user; hint: choose a folder of your own");
  refuse_symlinks_in(itself);
  for (const char* inner : {"journal", "store"})
    if (fs::is_directory(itself / inner)) refuse_symlinks_in(itself / inner);
  if (fs::is_directory(itself / "store" / "journal")) refuse_symlinks_in(itself / "store" / "journal");
}

std::string group_of(const Campaign& campaign, const Site& site) {
  const auto found = site.walls.project_groups.find(campaign.project);
  return campaign.project.empty() || found == site.walls.project_groups.end() ? "" : found->second;
}

void share_with_group(const fs::path& run, const std::string& group) {
  const ::group* entry = ::getgrnam(group.c_str());
  if (!entry)
    throw UsageError("there is no group '" + group +
                     "'; hint: ask the administrator to correct [walls.project_groups] "
                     "in the site file");
  constexpr mode_t kFolder = S_ISGID | S_IRWXU | S_IRGRP | S_IXGRP;
  const auto share = [&](const fs::path& path, mode_t mode) {
    if (::lchown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0)
      throw UsageError(path.string() + ": cannot be given to group '" + group +
                       "'; hint: ask the administrator to make you a member of it");
    if (::chmod(path.c_str(), mode) != 0)
      throw std::system_error(errno, std::generic_category(), path.string() + ": its permissions cannot be set");
  };
  // What open() made before the group was known; what comes later inherits it.
  for (const auto& inner : fs::recursive_directory_iterator(run))
    if (!inner.is_symlink()) share(inner.path(), inner.is_directory() ? kFolder : S_IRUSR | S_IWUSR | S_IRGRP);
  share(run, kFolder);
}

/// None where the store is damaged: then it is refused as that.
std::vector<std::string> files_of_store(const fs::path& store) {
  try {
    return CompoundStore::files(store);
  } catch (const std::exception&) {
    return {};
  }
}

void check_allowed_roots(const Campaign& campaign, const Site& site, Findings& findings) {
  if (campaign.partner.empty() || site.walls.allowed_roots.empty()) return;
  std::vector<fs::path> roots;
  for (const fs::path& root : site.walls.allowed_roots) {
    std::error_code missing;
    const fs::path real = fs::canonical(root, missing);
    if (!missing) roots.push_back(real);
  }
  const auto check = [&](const std::string& path, const std::string& place) {
    std::error_code failure;
    const fs::path real = fs::weakly_canonical(path, failure);
    if (!failure &&
        std::any_of(roots.begin(), roots.end(), [&](const fs::path& root) { return lies_below(real, root); }))
      return;
    findings.error(place + ": " + path + ": a campaign of partner '" + campaign.partner +
                   "' may not name it; hint: put it where this site keeps partners' files, or ask the administrator");
  };
  const std::string file = campaign.file.string();
  for (const std::string& pattern : campaign.library_files) {
    std::vector<std::string> sources{pattern};
    try {
      sources = expand_paths({pattern});
    } catch (const UsageError&) {
      // A file that is not there: refused all the same where it would lie outside.
    }
    for (const std::string& source : sources)
      if (source != "-") check(source, file);
  }
  if (!campaign.store.empty()) {
    check(campaign.store.string(), file);
    for (const std::string& inner : files_of_store(campaign.store)) check((campaign.store / inner).string(), file);
    const fs::path conformers = campaign.store / kConformersName;
    if (std::error_code ignored; fs::exists(conformers, ignored)) check(conformers.string(), file);
  }
  for (const TargetSpec& target : campaign.targets) {
    for (const auto* molecules : {&target.actives, &target.shape_query})
      for (const TargetSpec::Molecules& file_or_smiles : *molecules)
        if (file_or_smiles.is_file) check(file_or_smiles.text, file_or_smiles.place);
    for (const auto& receptor : target.site.receptors) check(fs::path{receptor}.string(), target.place);
    for (const std::string& ligand : {target.site.reference, target.site.box_ligand})
      if (std::error_code ignored; fs::exists(ligand, ignored)) check(ligand, target.place);
  }
}

}  // namespace digitalis
