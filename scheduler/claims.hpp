#pragma once
// Who does what among processes that share nothing but a folder: a lease is a file that only one of them can make
// (O_CREAT | O_EXCL: atomic on local disks, NFS from version 3 on, Lustre, GPFS).
//
//   process-00007          one for each process; its age says whether that lives: it is touched several times within
//                          the patience
//   prepare                a lease: names its owner, "7"
//   stage-2/block-00041    a lease
//
// A lease whose owner is silent for longer than the patience is taken over: moved aside by rename, which one process
// can do, and made anew. Two owners of one lease are possible none the less (a process that stood still and came back
// to life, a file system that lost a reply): whatever a lease guards must be harmless when it is done twice.
//
// Clocks of nodes differ. So an age is the difference of two times that the file system gave: of the other's file and
// of our own, touched at that moment. A process on this same machine that has ended is known at once.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/patience.hpp"

namespace digitalis {

/// One process among those that share a folder. All members are safe to call concurrently.
class Claims {
 public:
  struct Settings {
    double patience_s = kPatience_s;  ///< 0: for ever
    /// Called once, from the thread that touches, when this process stood still for longer than the patience: its
    /// leases may be others' now.
    std::function<void()> on_standstill = {};
    /// Sets a file's time to now, as its file system says. For tests: of another clock than ours.
    std::function<void(const std::filesystem::path&)> touch = {};
    /// Whether processes of this machine may be looked for by their number.
    bool looks_for_processes = true;
  };
  /// Makes the folder and this process's file. @throws std::system_error  the disk refuses
  Claims(std::filesystem::path folder, Settings settings);
  explicit Claims(std::filesystem::path folder) : Claims(std::move(folder), Settings{}) {}
  /// Removes this process's file, and the folder when it is empty. Leases that were not given back are others' now.
  ~Claims();
  Claims(const Claims&) = delete;
  Claims& operator=(const Claims&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const;
  [[nodiscard]] double patience_s() const;
  /// Of this process, unlike all others in this folder at this time.
  [[nodiscard]] int number() const;

  // Names are relative to the folder: "prepare", "stage-2/block-00041".

  /// True: it is ours from now on. False: somebody has it, or its folder has gone.
  /// @throws std::system_error  the disk refuses
  [[nodiscard]] bool take(const std::string& name);
  /// The same for a lease whose owner is silent; false when it lives, is this process, or somebody else was faster.
  [[nodiscard]] bool take_over(const std::string& name);
  /// take(), or take_over(), until `is_over` says that it is not needed any more: true when it is ours. Sleeps in
  /// between, up to a second.
  [[nodiscard]] bool wait_for(const std::string& name, const std::function<bool()>& is_over);
  [[nodiscard]] bool is_ours(const std::string& name) const;
  /// Removes a lease that is ours; nothing when it is not.
  void give_back(const std::string& name);
  /// Gives a file another name; nothing when it has gone.
  void rename(const std::string& name, const std::string& to) const;
  void remove(const std::string& name) const;

  /// Of a lease that is there: whether nobody is to be expected to give it back.
  [[nodiscard]] bool owner_is_silent(const std::string& name) const;
  /// Whether a process of this number is there and not silent.
  [[nodiscard]] bool is_alive(int process) const;
  /// Numbers of the processes whose files are there, silent or not.
  [[nodiscard]] std::vector<int> processes() const;

  /// File names in a folder below ours, which is made when it is not there, in no order.
  [[nodiscard]] std::vector<std::string> names_in(const std::string& subfolder) const;
  void make_folder(const std::string& subfolder) const;
  /// With all in it; the disk's refusals are no matter.
  void remove_folder(const std::string& subfolder) const noexcept;

  /// Removes the folder with all in it: the work is done, and all who look know it. The disk's refusals are no matter.
  void clear() const noexcept;

  /// Whether a process that is not silent works in a folder of this kind, for one that has no place in it.
  [[nodiscard]] static bool is_in_use(const std::filesystem::path& folder, double patience_s);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A lease for as long as this lives.
class HeldLease {
 public:
  /// One that was taken before.
  HeldLease(Claims& claims, std::string name) : claims_(claims), name_(std::move(name)) {}
  ~HeldLease() { claims_.give_back(name_); }
  HeldLease(const HeldLease&) = delete;
  HeldLease& operator=(const HeldLease&) = delete;

 private:
  Claims& claims_;
  const std::string name_;
};

}  // namespace digitalis
