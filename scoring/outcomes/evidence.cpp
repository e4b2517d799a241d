#include "scoring/outcomes/evidence.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMostErrors = 10;
constexpr int kHarmonicTerms = 1000;

/// Columns 3 to 9 of exports up to 2022, which call all of them objectObject.
constexpr std::array<std::string_view, 7> kDatatypes{"genetic_association", "somatic_mutation", "known_drug",
                                                     "affected_pathway",    "literature",       "rna_expression",
                                                     "animal_model"};
/// Columns of later exports that say something of the target alone, not of the disease.
constexpr std::array<std::string_view, 16> kFactors{"maxClinicalTrialPhase",
                                                    "isInMembrane",
                                                    "isSecreted",
                                                    "hasLigand",
                                                    "hasSmallMoleculeBinder",
                                                    "hasPocket",
                                                    "mouseOrthologMaxIdentityPercentage",
                                                    "hasHighQualityChemicalProbes",
                                                    "geneticConstraint",
                                                    "mouseKoScore",
                                                    "geneEssentiality",
                                                    "hasSafetyEvent",
                                                    "isCancerDriverGene",
                                                    "paralogMaxIdentityPercentage",
                                                    "tissueSpecificity",
                                                    "tissueDistribution"};
constexpr std::array<std::string_view, 23> kSources{"gwasCredibleSets",
                                                    "geneBurden",
                                                    "eva",
                                                    "genomicsEngland",
                                                    "gene2Phenotype",
                                                    "uniprotLiterature",
                                                    "uniprotVariants",
                                                    "orphanet",
                                                    "clingen",
                                                    "cancerGeneCensus",
                                                    "intogen",
                                                    "evaSomatic",
                                                    "cancerBiomarkers",
                                                    "chembl",
                                                    "crisprScreen",
                                                    "crispr",
                                                    "slapenrich",
                                                    "progeny",
                                                    "reactome",
                                                    "sysbio",
                                                    "europepmc",
                                                    "expressionAtlas",
                                                    "impc"};

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "gwasCredibleSets" -> "gwas_credible_sets", as the platform's own data call it.
std::string snake_case(std::string_view name) {
  if (name == "gene2Phenotype") return "gene2phenotype";
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') text += '_';
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (;;) {
    const auto tab = line.find('\t');
    cells.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

/// The first thing in the file's name that looks like MONDO_0004975.
std::string ontology_id_in(std::string name) {
  name = name.substr(name.find_last_of('/') + 1);
  for (const char* ontology : {"MONDO_", "EFO_", "HP_", "DOID_", "OTAR_", "Orphanet_"}) {
    const auto at = name.find(ontology);
    if (at == std::string::npos) continue;
    const auto digits = at + std::string_view{ontology}.size();
    const auto end = std::min(name.find_first_not_of("0123456789", digits), name.size());
    if (end > digits) return name.substr(at, end - at);
  }
  return {};
}

class EvidenceReader {
 public:
  EvidenceReader(const std::string& name, std::string ontology_id)
      : name_(name), ontology_id_(std::move(ontology_id)) {}

  Evidence read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      const auto end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      ++line_;
      if (line.empty() || line == "\r") continue;
      if (line_ == 1)
        read_header(split(line));
      else
        read_row(split(line));
    }
    if (line_ == 0) error("the file is empty");
    if (errors_ > 0) {
      if (errors_ > kMostErrors)
        text_ += "\n" + name_ + ": and " + std::to_string(errors_ - kMostErrors) + " more errors";
      throw UsageError(text_);
    }
    return std::move(evidence_);
  }

 private:
  void error(const std::string& what) {
    if (++errors_ <= kMostErrors)
      text_ += (text_.empty() ? "" : "\n") + name_ + ':' + std::to_string(line_) + ": " + what;
  }

  void read_header(const std::vector<std::string_view>& header) {
    width_ = header.size();
    const auto place = [&](std::string_view column) {
      return static_cast<std::size_t>(std::find(header.begin(), header.end(), column) - header.begin());
    };
    if (is_own_ = place("ontology_id") < width_; is_own_) {
      own_ = {place("ontology_id"), place("target_id"), place("symbol"),
              place("datasource"),  place("score"),     place("release")};
      if (*std::max_element(own_.begin(), own_.end()) >= width_)
        error("a column is missing; hint: columns are ontology_id, target_id, symbol, datasource, score, release");
      return;
    }
    if (header.front() != "symbol") return error("neither an evidence table nor an association export of Open Targets");
    if (ontology_id_.empty()) ontology_id_ = ontology_id_in(name_);
    if (ontology_id_.empty())
      error(
          "the export does not say which disease it is of; hint: keep the id in its name, "
          "MONDO_0004975-associated-targets.tsv");
    if (place("overallAssociationScore") == 1 && width_ == 10) {
      for (std::size_t i = 0; i < kDatatypes.size(); ++i) sources_.emplace_back(i + 2, kDatatypes[i]);
    } else if (place("globalScore") == 1) {
      for (std::size_t i = 2; i < width_; ++i) {
        if (is_one_of(kSources, header[i]))
          sources_.emplace_back(i, snake_case(header[i]));
        else if (!is_one_of(kFactors, header[i]))
          evidence_.notes.push_back(name_ + ": column " + std::to_string(i + 1) +
                                    " is no source that we know, and is left out");
      }
    } else {
      error("an association export of a kind that we do not know");
    }
  }

  void read_row(const std::vector<std::string_view>& cells) {
    if (errors_ > 0 && width_ == 0) return;
    if (cells.size() != width_)
      return error(std::to_string(cells.size()) + " columns, the header has " + std::to_string(width_));
    if (!is_own_) {
      for (const auto& [column, source] : sources_)
        add({ontology_id_, "", std::string{cells[0]}, source, 0.0}, cells[column]);
      return;
    }
    if (*std::max_element(own_.begin(), own_.end()) >= width_) return;
    add({std::string{cells[own_[0]]}, std::string{cells[own_[1]]}, std::string{cells[own_[2]]},
         std::string{cells[own_[3]]}, 0.0},
        cells[own_[4]]);
    std::string release{cells[own_[5]]};
    if (!release.empty() &&
        std::find(evidence_.releases.begin(), evidence_.releases.end(), release) == evidence_.releases.end())
      evidence_.releases.push_back(std::move(release));
  }

  void add(Association association, std::string_view score) {
    if (score.empty() || score == "No data" || score == "NA") return;
    const char* end = score.data() + score.size();
    const auto [stopped, failed] = std::from_chars(score.data(), end, association.score);
    if (failed != std::errc{} || stopped != end || !(association.score >= 0.0 && association.score <= 1.0))
      return error("a score that is no number from 0 to 1");
    if (association.symbol.empty() || association.ontology_id.empty() || association.source.empty())
      return error("a score without a disease, symbol or source");
    if (association.score == 0.0) return;
    // Some genes share a symbol: the best of them counts. The same gene twice is a mistake.
    const auto [found, is_new] = seen_.try_emplace({association.ontology_id, association.symbol, association.source},
                                                   evidence_.associations.size());
    if (!is_new) {
      Association& first = evidence_.associations[found->second];
      if (is_own_ && first.target_id == association.target_id)
        return error("a second score of " + association.source + " for " + association.symbol + " and " +
                     association.ontology_id);
      if (association.score > first.score) first = std::move(association);
      return;
    }
    evidence_.associations.push_back(std::move(association));
  }

  const std::string& name_;
  std::string ontology_id_;
  Evidence evidence_;
  bool is_own_ = false;
  std::array<std::size_t, 6> own_{};
  std::vector<std::pair<std::size_t, std::string>> sources_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> seen_;  ///< where it stands
  std::size_t width_ = 0, line_ = 0, errors_ = 0;
  std::string text_;
};

}  // namespace

Evidence parse_evidence(std::string_view tsv, const std::string& name, std::string ontology_id) {
  return EvidenceReader{name, std::move(ontology_id)}.read(tsv);
}

double harmonic_score(std::vector<double> scores) {
  static const double kScale = [] {
    double sum = 0.0;
    for (int i = 1; i <= kHarmonicTerms; ++i) sum += 1.0 / (static_cast<double>(i) * i);
    return sum;
  }();
  std::sort(scores.begin(), scores.end(), std::greater<>{});
  double sum = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    sum += scores[i] / (static_cast<double>(i + 1) * static_cast<double>(i + 1));
  return sum / kScale;
}

std::map<std::string, double> default_source_weights() {
  return {{"europepmc", 0.2},  {"expression_atlas", 0.2}, {"impc", 0.2},
          {"ot_crispr", 0.5},  {"encore", 0.5},           {"cancer_biomarkers", 0.5},
          {"literature", 0.2}, {"rna_expression", 0.2},   {"animal_model", 0.2}};
}

}  // namespace digitalis
