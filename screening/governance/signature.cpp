#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include "screening/governance/agreement.hpp"

extern char** environ;

namespace digitalis::governance {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kPoll{2};

/// A file that is only in memory: what a child reads or writes, without a pipe that could fill up.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes = {}) : descriptor_(::memfd_create("digitalis", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        const int code = errno;
        ::close(descriptor_);
        throw std::system_error(code, std::generic_category(), "memfd");
      }
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(descriptor_, 0, SEEK_SET);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::string content() const {
    std::string text(4096, '\0');  // a line or two is all that is asked for
    const ssize_t got = ::pread(descriptor_, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  int descriptor_;
};

struct Child {
  int error = 0;  ///< errno when it could not be started
  bool timed_out = false;
  bool succeeded = false;
  std::string out, err;
};

/// Runs a program with these arguments, no shell in between.
Child run(const std::vector<std::string>& words, std::string_view input) {
  const MemoryFile in{input}, out, err;
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  pid_t pid = 0;
  Child child;
  child.error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (child.error != 0) return child;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  int status = 0;
  for (pid_t ended = 0; (ended = ::waitpid(pid, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR);) {
    if (std::chrono::steady_clock::now() > deadline && !std::exchange(child.timed_out, true)) ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(kPoll);
  }
  child.succeeded = !child.timed_out && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  child.out = out.content();
  child.err = err.content();
  return child;
}

std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find_first_of("\r\n"));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return line;
}

/// Why ssh-keygen could not answer at all; empty: it did.
std::string trouble(const Child& child, const std::filesystem::path& program) {
  if (child.error == ENOENT)
    return program.string() + " is not installed, so the signature cannot be checked; hint: install openssh-client";
  if (child.error != 0)
    return program.string() + " cannot be started (" + std::generic_category().message(child.error) +
           "); hint: signatures are checked with OpenSSH's ssh-keygen";
  if (child.timed_out)
    return program.string() + " did not answer within 20 seconds; hint: is its file system reachable?";
  return {};
}

}  // namespace

Signature check_signature(const SignatureRequest& request, std::string_view bytes) {
  const std::filesystem::path signature =
      request.signature.empty() ? std::filesystem::path{request.file.string() + ".sig"} : request.signature;
  const auto is_file = [](const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored);
  };
  if (!is_file(request.allowed_signers))
    return {"", request.allowed_signers.string() +
                    ": no such file of allowed signers; hint: check allowed_signers in the site file"};
  if (!is_file(signature))
    return {"", signature.string() + ": no signature; hint: ssh-keygen -Y sign -n " + kSignatureNamespace + " -f KEY " +
                    request.file.string()};
  const std::string program = request.ssh_keygen.string();
  const Child found =
      run({program, "-Y", "find-principals", "-f", request.allowed_signers.string(), "-s", signature.string()}, "");
  if (std::string problem = trouble(found, request.ssh_keygen); !problem.empty()) return {"", std::move(problem)};
  // One principal, or a list of those that share the key: any of them.
  const std::string signer = first_line(found.out).substr(0, first_line(found.out).find(','));
  if (!found.succeeded || signer.empty())
    return {"", signature.string() + ": not signed by an allowed signer (ssh-keygen: " + first_line(found.err) +
                    "); hint: the signer's key must stand in " + request.allowed_signers.string()};
  const Child verified = run({program, "-Y", "verify", "-f", request.allowed_signers.string(), "-I", signer, "-n",
                              kSignatureNamespace, "-s", signature.string()},
                             bytes);
  if (std::string problem = trouble(verified, request.ssh_keygen); !problem.empty()) return {"", std::move(problem)};
  if (!verified.succeeded)
    return {"", signature.string() + ": does not fit " + request.file.string() +
                    " (ssh-keygen: " + first_line(verified.err + verified.out) +
                    "); hint: it must be signed again, with -n " + kSignatureNamespace};
  return {signer, ""};
}

}  // namespace digitalis::governance
