// The child of quarantine_test.cpp: its task is a line of words, its items. Each becomes itself in capitals, but for
// some that do what no item should; "company" only where it is not alone, "once:FILE" only until FILE is there.

#include <signal.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/quarantine.hpp"

namespace {

[[noreturn]] void die(int signal_number) {
  ::signal(signal_number, SIG_DFL);  // sanitizers catch some
  ::raise(signal_number);
  ::_exit(99);
}

[[noreturn]] void eat() {
  constexpr std::size_t kBytes = std::size_t{16} << 20U;
  std::vector<char*> eaten;
  while (true) {
    eaten.push_back(static_cast<char*>(std::malloc(kBytes)));
    std::memset(eaten.back(), 1, kBytes);
    ::usleep(500);
  }
}

std::string work_on(const std::string& word, bool is_alone) {
  if (word == "crash" || (word == "company" && !is_alone)) die(SIGSEGV);
  if (word == "abort") die(SIGABRT);
  if (word == "exit") ::_exit(7);
  if (word == "hang") ::pause();
  if (word == "eat") eat();
  if (word == "throw") throw std::runtime_error("CCO");
  if (word.starts_with("once:") && !std::ifstream(word.substr(5))) {
    std::ofstream(word.substr(5)) << "crashed";
    die(SIGSEGV);
  }
  if (word == "launched") return std::getenv("OMPI_COMM_WORLD_RANK") != nullptr ? "YES" : "NO";
  std::string upper = word;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

digitalis::ChunkResult work(const digitalis::Task& task) {
  digitalis::ChunkResult result;
  std::istringstream words(task.payload);
  auto killer = task.killers.begin();
  std::string word;
  for (std::uint64_t item = 0; words >> word; ++item) {
    if (task.only && *task.only != item) continue;
    ++result.items;
    if (killer != task.killers.end() && killer->item == item) {
      result.payload += "[" + killer++->reason + "] ";
      ++result.rejects;
      continue;
    }
    digitalis::begin_item(item);
    result.payload += work_on(word, task.only.has_value()) + " ";
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string how = argc > 1 ? argv[1] : "";
  return digitalis::serve_quarantine([&](const digitalis::Task&) {
    if (how == "crash-at-once") die(SIGSEGV);
    if (how == "fail-at-once") throw std::runtime_error("store: no such folder");
    return work;
  });
}
