#include "screening/targets.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "chem/record_reader.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kBatchRecords = 256;
constexpr std::size_t kBatchBytes = 4U << 20U;

/// Collects a target's actives, the first of equal ones.
class Collector {
 public:
  Collector(const Preparer& preparer, const TargetSpec& target, Findings& findings)
      : preparer_(preparer), target_(target), findings_(findings) {}

  void add_smiles(const TargetSpec::Molecules& active) {
    const std::size_t number = actives_.size() + 1;
    take(preparer_.prepare_smiles(active.text, target_.name + "_active_" + std::to_string(number), {active.place, 0}));
  }

  void add_file(const TargetSpec::Molecules& active) {
    try {
      LibraryReader reader{expand_paths({active.text})};
      while (auto batch = reader.next(kBatchRecords, kBatchBytes)) {
        const std::string& source = reader.sources()[batch->source];
        for (const Reject& reject : batch->rejects) warn(reject);
        for (const RawRecord& record : batch->records) {
          auto compound = preparer_.prepare(batch->layout, record, batch->source, source);
          if (compound && compound->id.empty())
            compound->id = std::filesystem::path{source}.filename().string() + ":" + std::to_string(record.line);
          take(std::move(compound));
        }
      }
    } catch (const UsageError& error) {
      findings_.error(active.place + ": " + error.what());
    }
  }

  std::vector<Compound> finish() { return std::move(actives_); }

 private:
  void take(Result<Compound> compound) {
    if (!compound)
      warn(compound.reject());
    else if (seen_.insert(compound->smiles).second)
      actives_.push_back(std::move(*compound));
  }
  void warn(const Reject& reject) { findings_.warning(reject.message() + " (a known active of " + target_.name + ")"); }

  const Preparer& preparer_;
  const TargetSpec& target_;
  Findings& findings_;
  std::vector<Compound> actives_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<Target> prepare_targets(const Campaign& campaign, const PrepareOptions& preparation, Findings& findings) {
  const Preparer preparer{preparation};
  std::vector<Target> targets;
  for (const TargetSpec& spec : campaign.targets) {
    const std::size_t errors_before = findings.errors();
    Collector collector{preparer, spec, findings};
    for (const TargetSpec::Molecules& active : spec.actives)
      active.is_file ? collector.add_file(active) : collector.add_smiles(active);
    Target target{.name = spec.name, .weight = spec.weight, .queries = collector.finish(), .held_back = {}};
    if (target.queries.empty() && !spec.actives.empty() && findings.errors() == errors_before)
      findings.error(spec.place + ": none of the known actives of '" + spec.name +
                     "' could be read; hint: 'actives' takes SMILES, or files of molecules");
    // A hash orders the actives, so that the split does not change when one is added at the end of a file.
    const auto order = [&](const Compound& active) {
      return XXH3_64bits_withSeed(active.smiles.data(), active.smiles.size(), campaign.seed);
    };
    std::sort(target.queries.begin(), target.queries.end(),
              [&](const Compound& a, const Compound& b) { return order(a) < order(b); });
    const auto kept_back =
        std::min(static_cast<std::size_t>(std::llround(spec.hold_back * static_cast<double>(target.queries.size()))),
                 target.queries.empty() ? 0 : target.queries.size() - 1);
    target.held_back.assign(target.queries.begin(), target.queries.begin() + static_cast<std::ptrdiff_t>(kept_back));
    target.queries.erase(target.queries.begin(), target.queries.begin() + static_cast<std::ptrdiff_t>(kept_back));
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace digitalis
