#include "screening/rescue_store.hpp"

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "chem/compound_store.hpp"
#include "chem/digest.hpp"
#include "chem/store_writer.hpp"
#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/rejects_csv.hpp"

namespace digitalis {

namespace {
constexpr const char* kDamaged = "damaged";  // the reason, in rejects.csv and in the manifest's counts
}

StoreRescue rescue_store(const std::filesystem::path& damaged, const std::filesystem::path& saved) {
  const CompoundStore old{damaged};
  std::error_code ignored;
  if (std::filesystem::exists(saved, ignored) && !std::filesystem::is_empty(saved, ignored))
    throw UsageError(saved.string() + ": is not empty; hint: name another folder, or delete this one");

  StoreRescue rescue;
  StoreWriter store{saved};
  store.add_rejects(kRejectsHeader);
  for (std::uint64_t number = 0; number < old.chunks(); ++number) {
    try {
      store.add_chunk(old.chunk(number));
      rescue.compounds += old.compounds_in(number);
    } catch (const std::runtime_error&) {
      const std::uint64_t lost = old.compounds_in(number);
      store.add_rejects(csv_line({damaged.string(), "", "", "rescue", kDamaged,
                                  std::to_string(lost) + " compounds of the damaged chunk " + std::to_string(number),
                                  "prepare the library again"}));
      rescue.lost_compounds += lost;
      ++rescue.lost_chunks;
    }
  }
  for (const StoreGeneration& generation : old.generations()) {
    if (!generation.has_whole(store_files::kRejects)) continue;
    std::ifstream rejects{generation.folder() / store_files::kRejects};
    std::string line;
    for (bool is_header = true; std::getline(rejects, line); is_header = false)
      if (!is_header) store.add_rejects(line + "\n");
  }

  StoreInfo info = old.info();
  std::map<std::string, std::uint64_t> rejects(info.rejects.begin(), info.rejects.end());
  if (rescue.lost_compounds > 0) rejects[kDamaged] += rescue.lost_compounds;
  info.rejects.assign(rejects.begin(), rejects.end());
  info.library_digest = digest_128("saved from " + info.library_digest);
  info.keys_digest.clear();
  store.finish(std::move(info));
  return rescue;
}

}  // namespace digitalis
