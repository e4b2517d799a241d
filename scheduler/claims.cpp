#include "scheduler/claims.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "scheduler/journal_frame.hpp"

namespace digitalis {

namespace {

namespace fs = std::filesystem;
using journal_frame::Descriptor;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr const char* kProcess = "process-";

[[noreturn]] void refuse(int error, const fs::path& path, const char* what) {
  throw std::system_error(error, std::generic_category(), path.string() + ": " + what);
}

std::string process_name(int number) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%05d", kProcess, number);
  return text;
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string first_line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// The machine, as long as it runs, and which processes are seen from this one.
std::string this_machine() {
  std::error_code none;
  return first_line_of("/proc/sys/kernel/random/boot_id") + " " + fs::read_symlink("/proc/self/ns/pid", none).string();
}

/// Makes a file that nobody else can have made: false when it was there, or its folder was not.
bool make_file(const fs::path& path, const std::string& text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file.is_open() && (errno == EEXIST || errno == ENOENT)) return false;
  if (!file.is_open()) refuse(errno, path, "cannot be made");
  if (::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) return true;
  const int error = errno;
  ::unlink(path.c_str());
  refuse(error, path, "could not be written");
}

/// Opens anew: clients of a network file system ask the server then, however long they keep what they know.
std::optional<timespec> time_of(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status = {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return std::nullopt;
  return status.st_mtim;
}

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

void touch_file(const fs::path& path) { ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0); }

}  // namespace

struct Claims::Impl {
  const fs::path folder;
  const Settings settings;
  const std::string machine = this_machine();
  int number = 0;
  fs::path own;
  std::mutex touching;
  Clock::time_point touched = Clock::now();
  bool stood_still = false;
  std::condition_variable_any wake;
  std::jthread beat;  // last: ends first

  Impl(fs::path where, Settings how) : folder(std::move(where)), settings(std::move(how)) {
    enter();
    beat = std::jthread([this](const std::stop_token& stop) { keep_touching(stop); });
  }

  /// Makes this process's file, by the first number that is free.
  void enter() {
    constexpr int kTries = 100;  // the last one to leave removes the folder, maybe while we come
    for (int left = kTries; left > 0; --left) {
      fs::create_directories(folder);
      int next = 1;
      for (const int taken : processes()) next = std::max(next, taken + 1);
      own = folder / process_name(next);
      if (make_file(own, machine + " " + std::to_string(::getpid()) + "\n")) {
        number = next;
        touch();
        return;
      }
    }
    refuse(EAGAIN, folder, "no place among the processes that share this run");
  }

  void touch() {
    const std::lock_guard lock(touching);
    if (settings.touch)
      settings.touch(own);
    else
      touch_file(own);
    touched = Clock::now();
  }

  void keep_touching(const std::stop_token& stop) {
    const double every_s = std::min(10.0, settings.patience_s > 0.0 ? settings.patience_s / 6.0 : 10.0);
    std::mutex sleeping;
    std::unique_lock lock(sleeping);
    while (!wake.wait_for(lock, stop, Seconds(every_s), [] { return false; }) && !stop.stop_requested()) {
      const Clock::time_point before = [this] {
        const std::lock_guard guard(touching);
        return touched;
      }();
      touch();
      const double silence_s = Seconds(Clock::now() - before).count();
      if (settings.patience_s <= 0.0 || silence_s < settings.patience_s || std::exchange(stood_still, true)) continue;
      if (settings.on_standstill) settings.on_standstill();
    }
  }

  /// What the folder's file system says that the time is now.
  [[nodiscard]] std::optional<timespec> now() {
    touch();
    return time_of(own);
  }

  [[nodiscard]] bool is_old(const fs::path& file) {
    if (settings.patience_s <= 0.0) return false;
    const auto written = time_of(file), at = now();
    // Of a file that has gone, or of our own folder being removed, nothing can be told.
    return written && at && seconds(*at) - seconds(*written) > settings.patience_s;
  }

  [[nodiscard]] std::vector<int> processes() const {
    std::vector<int> numbers;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with(kProcess)) continue;
      if (const auto found = whole_number(std::string_view(name).substr(std::string_view(kProcess).size())))
        numbers.push_back(*found);
    }
    return numbers;
  }

  [[nodiscard]] bool is_alive(int process) {
    if (process == number) return true;
    const fs::path file = folder / process_name(process);
    std::istringstream words(first_line_of(file));
    std::string boot, view;
    long pid = 0;
    if (settings.looks_for_processes && words >> boot >> view >> pid && boot + " " + view == machine && pid > 0 &&
        ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)
      return false;
    std::error_code none;
    return fs::exists(file, none) && !is_old(file);
  }

  /// Nothing: it has gone, or is torn.
  [[nodiscard]] std::optional<int> owner_of(const std::string& name) const {
    return whole_number(first_line_of(folder / name));
  }

  [[nodiscard]] bool owner_is_silent(const std::string& name) {
    if (const auto owner = owner_of(name)) return !is_alive(*owner);
    return is_old(folder / name);  // its owner has not come to write its name
  }
};

Claims::Claims(fs::path folder, Settings settings)
    : impl_(std::make_unique<Impl>(std::move(folder), std::move(settings))) {}

Claims::~Claims() {
  impl_->beat.request_stop();
  impl_->beat.join();
  ::unlink(impl_->own.c_str());
  ::rmdir(impl_->folder.c_str());  // fails while others are there
}

const fs::path& Claims::folder() const { return impl_->folder; }
double Claims::patience_s() const { return impl_->settings.patience_s; }
int Claims::number() const { return impl_->number; }

bool Claims::take(const std::string& name) {
  return make_file(impl_->folder / name, std::to_string(impl_->number) + "\n");
}

bool Claims::take_over(const std::string& name) {
  const auto owner = impl_->owner_of(name);
  if (owner == impl_->number || !impl_->owner_is_silent(name)) return false;
  const std::string aside = name + ".from-" + std::to_string(impl_->number);
  const fs::path lease = impl_->folder / name, moved = impl_->folder / aside;
  if (::rename(lease.c_str(), moved.c_str()) != 0) return false;  // somebody else was faster
  // Somebody else may have been faster still, and this is the lease of one that lives: it gets it back.
  const bool is_other = impl_->owner_of(aside) != owner;
  if (is_other) (void)::link(moved.c_str(), lease.c_str());
  ::unlink(moved.c_str());
  return !is_other && take(name);
}

bool Claims::wait_for(const std::string& name, const std::function<bool()>& is_over) {
  using std::chrono::milliseconds;
  for (milliseconds pause{20}; !is_over(); pause = std::min(milliseconds{1000}, pause + pause / 2)) {
    if (take(name) || take_over(name)) return true;
    std::this_thread::sleep_for(pause);
  }
  return false;
}

bool Claims::is_ours(const std::string& name) const { return impl_->owner_of(name) == impl_->number; }

void Claims::give_back(const std::string& name) {
  if (is_ours(name)) remove(name);
}

void Claims::rename(const std::string& name, const std::string& to) const {
  (void)::rename((impl_->folder / name).c_str(), (impl_->folder / to).c_str());
}

void Claims::remove(const std::string& name) const { ::unlink((impl_->folder / name).c_str()); }

bool Claims::owner_is_silent(const std::string& name) const { return impl_->owner_is_silent(name); }
bool Claims::is_alive(int process) const { return impl_->is_alive(process); }
std::vector<int> Claims::processes() const { return impl_->processes(); }

std::vector<std::string> Claims::names_in(const std::string& subfolder) const {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(impl_->folder / subfolder, none))
    names.push_back(entry.path().filename().string());
  return names;
}

void Claims::make_folder(const std::string& subfolder) const { fs::create_directories(impl_->folder / subfolder); }

void Claims::remove_folder(const std::string& subfolder) const noexcept {
  std::error_code none;
  fs::remove_all(impl_->folder / subfolder, none);
}

void Claims::clear() const noexcept {
  std::error_code none;
  fs::remove_all(impl_->folder, none);
}

bool Claims::is_in_use(const fs::path& folder, double patience_s) {
  if (std::error_code none; !fs::is_directory(folder, none)) return false;
  const Claims claims(folder, {.patience_s = patience_s});
  const std::vector<int> all = claims.processes();
  return std::any_of(all.begin(), all.end(),
                     [&](int process) { return process != claims.number() && claims.is_alive(process); });
}

}  // namespace digitalis
