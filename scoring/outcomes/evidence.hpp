#pragma once
// What ties targets to diseases: the disease map and association scores.
// D. Ochoa et al., Nucleic Acids Res. 51 (2023) D1353-D1359, doi:10.1093/nar/gkac1046 (Open Targets Platform, data
// CC0 1.0).

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/outcomes/finding.hpp"
#include "scoring/outcomes/tables.hpp"

namespace digitalis {

/// How well an ontology's term fits the disease that was counted.
enum class Mapping : std::uint8_t { kExact, kBroad, kNarrow };

/// One row of disease_map.csv: disease_id, icd10, ontology_id, mapping_type, replaced_by, label.
struct DiseaseMapping {
  std::string disease_id, icd10, ontology_id;  ///< ontology_id is current: `replaced_by` where there is one
  Mapping mapping = Mapping::kExact;
  std::string label;
};
/// In the order of the file. Throws UsageError "file:line: ..." for whatever is wrong, all in one go.
[[nodiscard]] std::vector<DiseaseMapping> parse_disease_map(std::string_view csv, const std::string& name);

/// What one source of evidence says of a target and a disease.
struct Association {
  std::string ontology_id;  ///< MONDO_0004975
  std::string target_id;    ///< Ensembl gene; empty where the export has none
  std::string symbol;       ///< AURKA: what targets are joined by
  std::string source;       ///< datasource ("gwas_credible_sets") or, in old exports, datatype ("genetic_association")
  double score = 0.0;       ///< of this source, 0 to 1; a ranking aid, not a probability
};

struct Evidence {
  std::vector<Association> associations;
  std::vector<std::string> releases;  ///< as the files name them, without repeats
  std::vector<std::string> notes;     ///< columns that were left out
};

/// Reads our own evidence.tsv (ontology_id, target_id, symbol, datasource, score, release) or an association export of
/// the Open Targets Platform as its web site writes it: 10 columns (to 2022, seven of them all called objectObject)
/// or 41. An export does not say which disease it is of: `ontology_id`, or the file's name
/// (MONDO_0004975-associated-....tsv). "No data" is no association. Throws UsageError "file:line: ..." (10 of them at
/// most).
[[nodiscard]] Evidence parse_evidence(std::string_view tsv, const std::string& name, std::string ontology_id = "");

/// Sum of s_i / i^2 over the scores in descending order, over the sum of 1 / i^2 for i = 1..1000.
[[nodiscard]] double harmonic_score(std::vector<double> scores);

/// What the platform weighs its sources with, by source; 1 where not listed.
[[nodiscard]] std::map<std::string, double> default_source_weights();

/// E-MAP, for each disease of the tables: exactly one row of the map, and evidence for its id. Findings name lines of
/// tables, and ids of the map.
void check_mapping(std::span<const OutcomeTable> tables, std::span<const DiseaseMapping> map, const Evidence& evidence,
                   TableFindings& findings);

}  // namespace digitalis
