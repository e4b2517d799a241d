#include "chem/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace digitalis {

std::shared_ptr<void> map_file(const std::filesystem::path& file, std::size_t& bytes) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  struct stat status {};
  std::shared_ptr<void> memory;
  if (fstat(descriptor, &status) == 0 && status.st_size > 0) {
    bytes = static_cast<std::size_t>(status.st_size);
    void* const at = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (at != MAP_FAILED) memory = {at, [bytes](void* block) { munmap(block, bytes); }};
  }
  close(descriptor);
  return memory;
}

}  // namespace digitalis
