#include <cerrno>
#include <chrono>
#include <system_error>

#include "screening/child_process.hpp"
#include "screening/governance/agreement.hpp"

namespace digitalis::governance {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find_first_of("\r\n"));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return line;
}

/// What ssh-keygen said, or why it could not answer at all.
struct Answer {
  bool yes = false;
  std::string out, err;
  std::string trouble;
};

Answer ask(const std::vector<std::string>& command, std::string_view input) {
  Answer answer;
  const std::string& program = command.front();
  try {
    ProcessEnd end = run_process(command, {.input = input, .patience = kPatience});
    if (end.timed_out)
      answer.trouble = program + " did not answer within 20 seconds; hint: is its file system reachable?";
    answer.yes = !end.timed_out && end.code == 0;
    answer.out = std::move(end.out);
    answer.err = std::move(end.err);
  } catch (const std::system_error& error) {
    answer.trouble =
        error.code().value() == ENOENT
            ? program + " is not installed, so the signature cannot be checked; hint: install openssh-client"
            : program + " cannot be started (" + error.code().message() +
                  "); hint: signatures are checked with OpenSSH's ssh-keygen";
  }
  return answer;
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
  const Answer found =
      ask({program, "-Y", "find-principals", "-f", request.allowed_signers.string(), "-s", signature.string()}, "");
  if (!found.trouble.empty()) return {"", found.trouble};
  // One principal, or a list of those that share the key: any of them.
  const std::string signer = first_line(found.out).substr(0, first_line(found.out).find(','));
  if (!found.yes || signer.empty())
    return {"", signature.string() + ": not signed by an allowed signer (ssh-keygen: " + first_line(found.err) +
                    "); hint: the signer's key must stand in " + request.allowed_signers.string()};
  const Answer verified = ask({program, "-Y", "verify", "-f", request.allowed_signers.string(), "-I", signer, "-n",
                               kSignatureNamespace, "-s", signature.string()},
                              bytes);
  if (!verified.trouble.empty()) return {"", verified.trouble};
  if (!verified.yes)
    return {"", signature.string() + ": does not fit " + request.file.string() +
                    " (ssh-keygen: " + first_line(verified.err + verified.out) +
                    "); hint: it must be signed again, with -n " + kSignatureNamespace};
  return {signer, ""};
}

}  // namespace digitalis::governance
