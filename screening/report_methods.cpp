#include "screening/report_methods.hpp"

#include <algorithm>
#include <filesystem>

#include "screening/csv.hpp"
#include "screening/quantities.hpp"
#include "screening/summary_of_run.hpp"

namespace digitalis {
namespace {

constexpr const char* kWhatWeightsAre =
    "The weights say how heavy the diseases weigh that a target is tied to, in the tables' terms; they do not say that "
    "a compound works.";

/// ", each in its best form (protonation states at pH 7.4, up to 8 stereoisomers, at most 32 forms in all),"; empty
/// when they were not asked for.
std::string forms_methods(const nlohmann::json& campaign) {
  if (!campaign.contains("forms")) return "";
  const nlohmann::json& forms = campaign.at("forms");
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (!forms.at("ph").is_null()) add("protonation states at pH " + forms.at("ph").get<std::string>());
  if (const int most = forms.at("stereoisomers"); most > 1) add("up to " + std::to_string(most) + " stereoisomers");
  if (const int most = forms.at("tautomers"); most > 0) add("up to " + std::to_string(most) + " tautomers");
  if (forms.contains("most")) add("at most " + std::to_string(forms.at("most").get<int>()) + " forms in all");
  return ", each in its best form (" + text + "),";
}

/// What was docked into what and how; empty when nothing was.
std::string docking_methods(const nlohmann::json& manifest) {
  const nlohmann::json& results = manifest.at("results");
  if (!results.contains("docking")) return "";
  std::string names, functions;
  for (const auto& site : results.at("docking")) {
    std::string files;
    for (const auto& file : site.at("receptors"))
      files += (files.empty() ? "" : ", ") + std::filesystem::path{file.get<std::string>()}.filename().string();
    names += (names.empty() ? "" : ", ") + site.at("target").get<std::string>() + " (" + files + ")";
  }
  for (const auto& stage : manifest.at("campaign").at("stages"))
    if (stage.contains("dock"))
      functions += (functions.empty() ? "" : ", then ") +
                   std::string{stage.at("dock").at("scoring") == "vinardo"
                                   ? "Vinardo (Quiroga and Villarreal, PLoS ONE 2016, 11, e0155183)"
                                   : "AutoDock Vina's (Trott and Olson, J. Comput. Chem. 2010, 31, 455)"} +
                   " at exhaustiveness " + stage.at("dock").at("exhaustiveness").get<std::string>();
  return "Compounds were docked" + forms_methods(manifest.at("campaign")) + " into " + names +
         " with conformers by ETKDG (Riniker and Landrum, J. Chem. Inf. Model. "
         "2015, 55, 2562) and the scoring function " +
         functions + ". ";
}

/// What was overlaid on what and how; empty when nothing was.
std::string shape_methods(const nlohmann::json& manifest) {
  const nlohmann::json& results = manifest.at("results");
  if (!results.contains("shape")) return "";
  std::string queries, conformers, scores;
  const auto list = [](std::string& all, const std::string& one, const char* separator = ", ") {
    all += (all.empty() ? "" : separator) + one;
  };
  for (const auto& one : results.at("shape")) {
    std::string names;
    for (const auto& query : one.at("queries")) list(names, query.get<std::string>());
    list(queries, names + " (" + one.at("target").get<std::string>() + ")");
  }
  for (const auto& stage : manifest.at("campaign").at("stages")) {
    if (!stage.contains("shape")) continue;
    list(conformers, std::to_string(stage.at("shape").at("conformers").get<int>()), ", then ");
    const std::string score = stage.at("shape").at("score");
    list(scores,
         score == "combo" ? "the sum of the Tanimoto coefficients of volume and colour"
                          : "the Tanimoto coefficient of " + std::string{score == "shape" ? "volume" : score},
         ", then ");
  }
  return "Up to " + conformers +
         " conformers of each compound by ETKDG version 3 (Wang et al., J. Chem. Inf. Model. 2020, 60, 2044) were "
         "overlaid on " +
         queries +
         " as Gaussian volumes with colour (Grant, Gallardo and Pickup, J. Comput. Chem. 1996, 17, 1653), "
         "and ranked by " +
         scores + " of the best overlay. ";
}

}  // namespace

std::string methods_paragraph(const nlohmann::json& manifest) {
  const nlohmann::json& campaign = manifest.at("campaign");
  const nlohmann::json& library = manifest.at("results").at("library");
  const auto count = [&](const char* key) { return std::to_string(library.at(key).get<std::uint64_t>()); };
  std::string text =
      "A library of " + count("records") + " records was prepared with " + manifest.at("software").get<std::string>() +
      (library.at("standardised").get<bool>() ? ": metals disconnected, largest organic fragment kept, functional "
                                                "groups normalised, charges reionised and neutralised"
                                              : ": molecules taken as they are") +
      "; " + count("compounds") + " different compounds remained. ";
  std::string names;
  for (const auto& target : campaign.at("targets"))
    names += (names.empty() ? "" : ", ") + target.at("name").get<std::string>();
  const auto& fingerprint = library.at("fingerprint");
  const auto has = [&](const std::string& stage) {
    const auto& stages = campaign.at("stages");
    return std::any_of(stages.begin(), stages.end(),
                       [&](const auto& one) { return one.at("name").template get<std::string>().starts_with(stage); });
  };
  if (has("similarity"))
    text += "Compounds were ranked by Tanimoto similarity of Morgan fingerprints (radius " +
            std::to_string(fingerprint.at(0).get<int>()) + ", " + std::to_string(fingerprint.at(1).get<int>()) +
            " bits; Rogers and Hahn, J. Chem. Inf. Model. 2010, 50, 742) to known actives of " + names + ". ";
  text += shape_methods(manifest) + docking_methods(manifest);
  text += "Scores were combined by the consensus '" + campaign.at("ranking").at("consensus").get<std::string>() +
          "' with the targets' weights. ";
  const nlohmann::json& results = manifest.at("results");
  if (results.contains("outcomes"))
    text += "The weights of " + std::to_string(results.at("outcomes").at("targets").size()) +
            " targets came from aggregate outcome tables and the evidence that ties them to diseases (Ochoa et al., "
            "Nucleic Acids Res. 2023, 51, D1353), with 95 % intervals over draws. ";
  if (!results.at("enrichment").empty())
    text +=
        "Enrichment of actives that were held back: ROC AUC, enrichment factor and BEDROC (Truchon and Bayly, J. "
        "Chem. Inf. Model. 2007, 47, 488) with 95 % bootstrap intervals over actives. ";
  text += "The campaign's seed was " + std::to_string(campaign.at("campaign").at("seed").get<std::uint64_t>());
  if (results.contains("cost")) text += "; it took " + three_figures(results.at("cost").at("core_h")) + " core-hours";
  text +=
      ". Compounds in the report are drawn by RDKit and poses by 3Dmol.js (Rego and Koes, Bioinformatics 2015, 31, "
      "1322).";
  return text;
}

std::vector<std::string> reading_notes(const nlohmann::json& results) {
  std::vector<std::string> notes{
      "A similarity score says that a compound resembles a known active; it is not a predicted affinity."};
  if (results.contains("outcomes")) notes.push_back(influence_in_words(results.at("outcomes")) + " " + kWhatWeightsAre);
  if (results.contains("shape"))
    notes.emplace_back(
        "A shape score says that a conformer of the compound fills much the same space as the query and can bind in "
        "the same places; it is not a predicted affinity, and the conformer need not be the one that binds.");
  if (!results.contains("docking")) return notes;
  notes.emplace_back(
      "A docking score orders compounds roughly; its error is about 2 kcal/mol, it favours large molecules, and it "
      "knows nothing of solubility or synthesis. Look at the pose before you trust it.");
  for (const auto& site : results.at("docking"))
    for (const auto& found : site.at("redocking")) {
      const std::string what = "Docking the reference of " + site.at("target").get<std::string>() + " again ";
      if (found.contains("problem"))
        notes.push_back(what + "was not possible: " + found.at("problem").get<std::string>() + ".");
      else if (found.at("rmsd_A").get<double>() > 2.0)
        notes.push_back(what + "put it " + fixed(found.at("rmsd_A").get<double>(), 1) +
                        " Å from where it was found: poses of this target are doubtful.");
    }
  return notes;
}

}  // namespace digitalis
