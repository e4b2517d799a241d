// Weights of targets. Association scores rank targets within a disease; they are no probabilities, and diseases that
// were studied less have lower scores throughout. So they are made relative to the best target of each disease before
// the diseases are weighed against each other, and each draw leaves out one source of evidence: a target that rests on
// a single source shows it by a wide interval.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "chem/usage_error.hpp"
#include "scoring/outcomes/draw_stream.hpp"
#include "scoring/outcomes/weight_draws.hpp"

namespace digitalis {
namespace {

/// Of one disease: relative evidence per target, with each source left out in turn and, last, with all.
struct DiseaseEvidence {
  bool exact = true;
  std::vector<std::vector<double>> relative;  ///< shape (sources + 1, targets)
};

class TargetModel {
 public:
  TargetModel(const std::vector<std::string>& diseases, std::span<const DiseaseMapping> map, const Evidence& evidence,
              const WeightSettings& settings)
      : settings_(settings) {
    std::map<std::string, std::vector<const Association*>> of_ontology;
    for (const std::string& disease : diseases) of_ontology[mapping_of(disease, map).ontology_id];
    std::set<std::string> symbols, sources;
    for (const Association& association : evidence.associations) {
      const auto found = of_ontology.find(association.ontology_id);
      if (found == of_ontology.end() || settings.dropped_sources.contains(association.source)) continue;
      found->second.push_back(&association);
      symbols.insert(association.symbol);
      sources.insert(association.source);
    }
    symbols_.assign(symbols.begin(), symbols.end());
    sources_.assign(sources.begin(), sources.end());
    for (const std::string& disease : diseases) {
      const DiseaseMapping& mapping = mapping_of(disease, map);
      evidence_.push_back(relative_evidence(of_ontology.at(mapping.ontology_id), mapping.mapping == Mapping::kExact));
    }
  }

  [[nodiscard]] const std::vector<std::string>& symbols() const { return symbols_; }

  /// Which row of `relative` draw r takes. With a single source there is nothing to leave out.
  [[nodiscard]] std::size_t variant_of(std::uint32_t draw) const {
    return sources_.size() < 2 ? sources_.size() : draw % sources_.size();
  }
  [[nodiscard]] const std::vector<DiseaseEvidence>& evidence() const { return evidence_; }
  [[nodiscard]] std::size_t all_sources() const { return sources_.size(); }

 private:
  static const DiseaseMapping& mapping_of(const std::string& disease, std::span<const DiseaseMapping> map) {
    const auto found =
        std::find_if(map.begin(), map.end(), [&](const DiseaseMapping& entry) { return entry.disease_id == disease; });
    if (found == map.end()) throw UsageError("the disease map has no row for '" + disease + "'");
    return *found;
  }

  static std::size_t place_in(const std::vector<std::string>& sorted, const std::string& name) {
    return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin());
  }

  DiseaseEvidence relative_evidence(const std::vector<const Association*>& associations, bool exact) const {
    struct Score {
      std::size_t source;
      double weighted;
    };
    std::vector<std::vector<Score>> scores(symbols_.size());
    for (const Association* association : associations) {
      const auto weight = settings_.source_weights.find(association->source);
      const double factor = weight == settings_.source_weights.end() ? 1.0 : weight->second;
      scores[place_in(symbols_, association->symbol)].push_back(
          {place_in(sources_, association->source), factor * association->score});
    }
    DiseaseEvidence evidence{exact, {}};
    for (std::size_t left_out = 0; left_out <= sources_.size(); ++left_out) {
      std::vector<double> relative(symbols_.size(), 0.0);
      for (std::size_t t = 0; t < symbols_.size(); ++t) {
        std::vector<double> of_target;
        for (const Score& score : scores[t])
          if (score.source != left_out) of_target.push_back(score.weighted);
        relative[t] = harmonic_score(std::move(of_target));
      }
      const double best = relative.empty() ? 0.0 : *std::max_element(relative.begin(), relative.end());
      for (double& e : relative) {
        e = best > 0.0 ? e / best : 0.0;
        if (e < settings_.evidence_floor) e = 0.0;
      }
      evidence.relative.push_back(std::move(relative));
    }
    return evidence;
  }

  const WeightSettings& settings_;
  std::vector<std::string> symbols_, sources_;  ///< ascending
  std::vector<DiseaseEvidence> evidence_;       ///< per disease
};

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

/// The targets asked for, or all that ever have weight; ascending. And where the model has them.
struct Chosen {
  std::vector<std::string> symbols;
  std::vector<std::size_t> places;  ///< kAbsent: no evidence
};
Chosen choose(const TargetModel& model, std::span<const std::string> asked) {
  Chosen chosen;
  if (asked.empty()) {
    for (std::size_t t = 0; t < model.symbols().size(); ++t) {
      const bool any = std::any_of(model.evidence().begin(), model.evidence().end(), [&](const DiseaseEvidence& of) {
        return std::any_of(of.relative.begin(), of.relative.end(), [&](const auto& row) { return row[t] > 0.0; });
      });
      if (!any) continue;
      chosen.symbols.push_back(model.symbols()[t]);
      chosen.places.push_back(t);
    }
    return chosen;
  }
  const std::set<std::string> sorted{asked.begin(), asked.end()};
  for (const std::string& symbol : sorted) {
    const auto found = std::lower_bound(model.symbols().begin(), model.symbols().end(), symbol);
    const bool known = found != model.symbols().end() && *found == symbol;
    chosen.symbols.push_back(symbol);
    chosen.places.push_back(known ? static_cast<std::size_t>(found - model.symbols().begin()) : kAbsent);
  }
  return chosen;
}

}  // namespace

TargetWeights target_weights(const WeightDraws& diseases, std::span<const DiseaseMapping> map, const Evidence& evidence,
                             const WeightSettings& settings, std::span<const std::string> symbols) {
  const TargetModel model{diseases.ids, map, evidence, settings};
  const Chosen chosen = choose(model, symbols);
  const std::size_t targets = chosen.symbols.size(), count = diseases.ids.size();
  TargetWeights weights;
  weights.draws.ids = chosen.symbols;
  std::vector<std::vector<std::uint64_t>> streams(count, std::vector<std::uint64_t>(targets));
  for (std::size_t d = 0; d < count; ++d)
    for (std::size_t t = 0; t < targets; ++t)
      streams[d][t] = stream_of("mapping|" + diseases.ids[d] + '|' + chosen.symbols[t]);

  std::vector<double> contributed(count * targets, 0.0), of_draw(count * targets), row(targets);
  const auto fill = [&](std::uint32_t r, std::size_t variant) {
    for (std::size_t d = 0; d < count; ++d) {
      const DiseaseEvidence& of = model.evidence()[d];
      for (std::size_t t = 0; t < targets; ++t) {
        double e = chosen.places[t] == kAbsent ? 0.0 : of.relative[variant][chosen.places[t]];
        // A broad or narrow term's evidence may be of another disease under it.
        if (e > 0.0 && !of.exact) e *= 0.5 + 0.5 * DrawStream{settings.seed, streams[d][t], r}.uniform();
        of_draw[d * targets + t] = diseases.draw(r)[d] * e;
      }
    }
    return std::accumulate(of_draw.begin(), of_draw.end(), 0.0);
  };
  for (std::uint32_t r = 0; r < diseases.draws(); ++r) {
    double sum = fill(r, model.variant_of(r));
    if (sum == 0.0) sum = fill(r, model.all_sources());  // all that is known of these targets was left out
    if (sum == 0.0)
      throw UsageError(
          "none of the targets has evidence for any of the diseases; hint: targets are named by gene symbol");
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t i = 0; i < of_draw.size(); ++i) {
      row[i % targets] += of_draw[i] / sum;
      contributed[i] += of_draw[i] / sum;
    }
    weights.draws.values.insert(weights.draws.values.end(), row.begin(), row.end());
  }
  weights.targets = summarise(weights.draws, settings.top_k);
  for (std::size_t t = 0; t < targets; ++t) {
    std::size_t leading = 0;
    double sum = 0.0;
    for (std::size_t d = 0; d < count; ++d) {
      sum += contributed[d * targets + t];
      if (contributed[d * targets + t] > contributed[leading * targets + t]) leading = d;
    }
    weights.leading_disease.push_back(sum > 0.0 ? diseases.ids[leading] : "");
    weights.leading_share.push_back(sum > 0.0 ? contributed[leading * targets + t] / sum : 0.0);
    if (sum == 0.0) weights.notes.push_back(chosen.symbols[t] + " has no evidence for any of the diseases");
  }
  return weights;
}

OutcomeWeights outcome_weights(std::span<const OutcomeTable> tables, std::span<const DiseaseMapping> map,
                               const Evidence& evidence, const WeightSettings& settings,
                               std::span<const std::string> symbols) {
  OutcomeWeights all;
  all.disease_draws = disease_weights(tables, settings);
  all.diseases = summarise(all.disease_draws, 1);
  all.targets = target_weights(all.disease_draws, map, evidence, settings, symbols);
  const std::vector<std::string>& diseases = all.disease_draws.ids;
  all.neutral = target_weights(equal_weights(diseases, settings.draws), map, evidence, settings, symbols);
  const auto shift = [](const std::vector<WeightSummary>& a, const std::vector<WeightSummary>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i].mean - b[i].mean);
    return 0.5 * sum;
  };
  for (const OutcomeTable& left_out : tables) {
    std::vector<const OutcomeTable*> others;
    for (const OutcomeTable& table : tables)
      if (&table != &left_out) others.push_back(&table);
    const WeightDraws without = disease_weights_of(others, diseases, settings, false);
    const TargetWeights targets = target_weights(without, map, evidence, settings, symbols);
    TableContribution contribution{left_out.meta.table_id,
                                   left_out.sha256,
                                   shift(all.diseases, summarise(without, 1)),
                                   shift(all.targets.targets, targets.targets),
                                   {}};
    for (const WeightSummary& target : targets.targets) contribution.target_means.push_back(target.mean);
    all.tables.push_back(std::move(contribution));
  }
  return all;
}

}  // namespace digitalis
