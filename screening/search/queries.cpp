#include "screening/search/queries.hpp"

#include <algorithm>
#include <filesystem>

#include "chem/record_reader.hpp"
#include "screening/findings.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kBatchRecords = 256;
constexpr std::size_t kBatchBytes = 4U << 20U;
constexpr std::size_t kMostErrors = 20;

bool is_file(const std::string& text) {
  std::error_code ignored;
  if (text == "-" || std::filesystem::exists(text, ignored)) return true;
  const auto ends = [&](const char* ending) { return text.ends_with(ending); };
  return std::ranges::any_of(
      std::initializer_list{".smi", ".smiles", ".csv", ".tsv", ".txt", ".sdf", ".sd", ".gz", ".bz2", ".zst"}, ends);
}

class Collector {
 public:
  explicit Collector(const PrepareOptions& preparation) : preparer_(preparation) {}

  void add_file(const std::string& path) {
    const std::size_t before = queries_.size(), errors_before = errors_;
    LibraryReader reader{expand_paths({path})};
    while (auto batch = reader.next(kBatchRecords, kBatchBytes)) {
      const std::string& source = reader.sources()[batch->source];
      for (const Reject& reject : batch->rejects) complain(reject.message());
      for (const RawRecord& record : batch->records) {
        auto query = preparer_.prepare(batch->layout, record, batch->source, source);
        if (query && query->id.empty())
          query->id = std::filesystem::path{source}.filename().string() + ":" + std::to_string(record.line);
        take(std::move(query));
      }
    }
    if (queries_.size() == before && errors_ == errors_before)
      complain(path + ": holds no molecule; hint: name a file of SMILES, CSV or SDF records");
  }

  void add_smiles(const std::string& smiles, const std::string& id) {
    auto query = preparer_.prepare_smiles(smiles, id, {"--query", 0});
    if (query)
      take(std::move(query));
    else
      complain("--query: neither a file nor a SMILES");
  }

  std::vector<Compound> finish() {
    if (errors_ > kMostErrors) findings_.error("and " + std::to_string(errors_ - kMostErrors) + " more");
    findings_.throw_if_errors();
    return std::move(queries_);
  }

 private:
  void take(Result<Compound> query) {
    if (query)
      queries_.push_back(std::move(*query));
    else
      complain(query.reject().message());
  }
  void complain(const std::string& message) {
    if (++errors_ <= kMostErrors) findings_.error(message);
  }

  Preparer preparer_;
  std::vector<Compound> queries_;
  Findings findings_;
  std::size_t errors_ = 0;
};

}  // namespace

std::vector<Compound> read_queries(const std::vector<std::string>& texts, const PrepareOptions& preparation) {
  const auto smiles = std::ranges::count_if(texts, [](const std::string& text) { return !is_file(text); });
  Collector collector{preparation};
  std::size_t number = 0;
  for (const std::string& text : texts) {
    if (is_file(text))
      collector.add_file(text);
    else
      collector.add_smiles(text, smiles == 1 ? "query" : "query_" + std::to_string(++number));
  }
  return collector.finish();
}

}  // namespace digitalis
