#include "screening/results_store.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>

#include "chem/alerts.hpp"
#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "screening/results_columns.hpp"
#include "screening/temporary_folder.hpp"

namespace digitalis {
namespace {

/// Texts that many rows share: each gets a number when it is first seen, and a row of its own.
class Shared {
 public:
  Shared(Database& database, const std::string& table) : insert_(database, "INSERT INTO " + table + " VALUES (?, ?)") {}
  std::int64_t number(const std::string& text) {
    const auto [entry, is_new] = numbers_.emplace(text, static_cast<std::int64_t>(numbers_.size()) + 1);
    if (is_new) insert_.bind(1, entry->second).bind(2, std::string_view{text}).run();
    return entry->second;
  }

 private:
  Statement insert_;
  std::map<std::string, std::int64_t> numbers_;
};

/// "?, ?, ?".
std::string parameters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

void bind_cell(Statement& statement, int parameter, const std::string& cell, ValueType type) {
  const auto value = type == ValueType::kText ? std::nullopt : number_in(cell);
  if (cell.empty())
    statement.bind_nothing(parameter);
  else if (!value)
    statement.bind(parameter, std::string_view{cell});
  else if (type == ValueType::kInteger)
    statement.bind(parameter, static_cast<std::int64_t>(std::llround(*value)));
  else
    statement.bind(parameter, *value);
}

/// As every score in the tables is written, times 10,000.
std::int64_t four_decimals(double score) { return std::llround(10'000 * std::stod(fixed(score, 4))); }

/// Numbers of the stages that score.
std::vector<std::int64_t> scoring_stages(const StoredRun& run) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < run.stages.size(); ++i)
    if (run.stages[i].standings) numbers.push_back(static_cast<std::int64_t>(i) + 1);
  return numbers;
}

/// Adds poses and what holds them.
class PoseFiller {
 public:
  PoseFiller(Database& database, const StoredRun& run)
      : run_(run),
        receptors_(database, "receptors"),
        residues_(database, "residues"),
        atoms_(database, "atom_names"),
        pose_(database, "INSERT INTO poses VALUES (" + parameters(kFirstResidue + 2 * kResidues + kPoseTerms) + ")"),
        contact_(database, "INSERT INTO contacts VALUES (" + parameters(10) + ")"),
        form_(database, "INSERT INTO forms VALUES (?, ?, ?)") {}

  void add(std::int64_t compound, std::int64_t number, const HitPose& pose) {
    const std::int64_t target = number_of(run_.targets, pose.target);
    const Position origin_A = target == 0 ? Position{} : run_.targets[static_cast<std::size_t>(target) - 1].origin_A;
    pose_.bind(1, compound).bind(2, number).bind(3, number_of(run_.stages, pose.stage)).bind(4, target);
    pose_.bind(5, form_of(compound, pose.smiles))
        .bind(6, receptors_.number(pose.receptor))
        .bind(7, bits_of(pose.judgement.flags));
    int parameter = static_cast<int>(kFirstResidue);
    for (std::size_t i = 0; i < kResidues; ++i, parameter += 2)
      if (i < pose.strongest_residues.size())
        pose_.bind(parameter, residues_.number(pose.strongest_residues[i].residue))
            .bind(parameter + 1, std::int64_t{10} * pose.strongest_residues[i].hundredths_kcal_mol);
      else
        pose_.bind_nothing(parameter).bind_nothing(parameter + 1);
    for (const double term : pose.terms_kcal_mol)
      pose_.bind(parameter++, static_cast<std::int64_t>(std::llround(1000.0 * term)));
    pose_.bind_blob(parameter, pack_places(pose.heavy_atoms_A, origin_A)).run();
    contact_.bind(1, compound).bind(2, number);
    std::int64_t contact = 0;
    for (const Interaction& found : pose.judgement.interactions) add(++contact, found);
  }

 private:
  static constexpr std::size_t kFirstResidue = 8, kResidues = PoseRecord::kResidues;

  /// Number of a compound's form, from 1; 0: as the library has it.
  std::int64_t form_of(std::int64_t compound, const std::string& smiles) {
    if (smiles.empty()) return 0;
    if (compound != compound_) forms_.clear();
    compound_ = compound;
    const auto found = std::find(forms_.begin(), forms_.end(), smiles);
    const std::int64_t number = found - forms_.begin() + 1;
    if (found == forms_.end()) {
      forms_.push_back(smiles);
      form_.bind(1, compound).bind(2, number).bind(3, std::string_view{smiles}).run();
    }
    return number;
  }

  static std::int64_t bits_of(std::span<const PoseFlag> flags) {
    std::int64_t bits = 0;
    for (const PoseFlag flag : flags) bits |= std::int64_t{1} << static_cast<unsigned>(flag);
    return bits;
  }

  void add(std::int64_t number, const Interaction& found) {
    std::string ligand_atoms;
    for (const std::uint32_t atom : found.ligand_atoms)
      ligand_atoms += (ligand_atoms.empty() ? "" : ",") + std::to_string(atom);
    contact_.bind(3, number).bind(4, static_cast<std::int64_t>(found.kind)).bind(5, residues_.number(found.residue));
    if (found.receptor_atom.empty())
      contact_.bind_nothing(6);
    else
      contact_.bind(6, atoms_.number(found.receptor_atom));
    contact_.bind(7, std::string_view{ligand_atoms}).bind(8, std::int64_t{found.ligand_is_donor});
    contact_.bind(9, hundredths_A(found.distance_A));
    if (found.angle_deg)
      contact_.bind(10, static_cast<std::int64_t>(std::llround(*found.angle_deg)));
    else
      contact_.bind_nothing(10);
    contact_.run();
  }

  const StoredRun& run_;
  Shared receptors_, residues_, atoms_;
  Statement pose_, contact_, form_;
  std::int64_t compound_ = 0;       // the last one
  std::vector<std::string> forms_;  // of it
};

/// Fills one database.
class Filler {
 public:
  Filler(Database& database, const HitTable& hits, const StoredRun& run)
      : database_(database), hits_(hits), run_(run), columns_(columns_of(hits, run)), sources_(make_tables()) {}

  void fill(const std::filesystem::path& rejects_csv) {
    add_run();
    add_compounds();
    add_scores();
    add_poses();
    add_rejects(rejects_csv);
    database_.run("CREATE INDEX compounds_by_id ON compounds (compound_id)");
    database_.run("CREATE INDEX rejected_by_id ON rejected (compound_id) WHERE compound_id IS NOT NULL");
  }

 private:
  Shared make_tables() {
    database_.run(std::string{kFixedTables});
    const std::vector<std::int64_t> scoring = scoring_stages(run_);
    database_.run(compounds_table(columns_, scoring));
    database_.run(hits_view(columns_));
    database_.run(standings_view(scoring));
    return {database_, "sources"};
  }

  void add_run() {
    Statement fact{database_, "INSERT INTO run VALUES (?, ?)"};
    for (const auto& [key, value] : run_.facts)
      fact.bind(1, std::string_view{key}).bind(2, std::string_view{value}).run();
    Statement stage{database_, "INSERT INTO stages VALUES (?, ?, ?, ?, ?, ?, ?)"};
    Statement drop{database_, "INSERT INTO stage_drops VALUES (?, ?, ?)"};
    std::int64_t number = 0;
    for (const StoredRun::Stage& one : run_.stages) {
      stage.bind(1, ++number).bind(2, std::string_view{one.name}).bind(3, std::string_view{one.kind});
      stage.bind(4, static_cast<std::int64_t>(one.entered)).bind(5, static_cast<std::int64_t>(one.passed));
      stage.bind_nothing(6).bind_nothing(7);
      if (one.standings) stage.bind(6, static_cast<std::int64_t>(one.standings->scored));
      if (one.standings && one.standings->cut_score)
        stage.bind(7, static_cast<double>(four_decimals(*one.standings->cut_score)) / 10'000);
      stage.run();
      for (const auto& [reason, count] : one.reasons)
        drop.bind(1, number).bind(2, std::string_view{reason}).bind(3, static_cast<std::int64_t>(count)).run();
    }
    Statement target{database_, "INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?)"};
    Statement query{database_, "INSERT INTO queries VALUES (?, ?, ?)"};
    number = 0;
    for (const StoredRun::Target& one : run_.targets) {
      target.bind(1, ++number).bind(2, std::string_view{one.name}).bind(3, one.weight);
      for (int axis = 0; axis < 3; ++axis) target.bind(4 + axis, one.origin_A[static_cast<std::size_t>(axis)]);
      target.run();
      for (std::size_t i = 0; i < one.queries.size(); ++i)
        query.bind(1, number).bind(2, static_cast<std::int64_t>(i)).bind(3, std::string_view{one.queries[i]}).run();
    }
    Statement column{database_, "INSERT INTO hit_columns VALUES (?, ?, ?, ?)"};
    number = 0;
    for (const HitColumn& one : columns_) {
      column.bind(1, ++number).bind(2, std::string_view{one.name}).bind(3, sql_type(one.type));
      if (one.type == ValueType::kReal)
        column.bind(4, std::int64_t{one.decimals}).run();
      else
        column.bind_nothing(4).run();
    }
  }

  void add_compounds() {
    const auto kept =
        std::count_if(columns_.begin(), columns_.end(), [](const auto& one) { return one.in_compounds(); });
    Statement compound{database_, "INSERT INTO compounds VALUES (" +
                                      parameters(static_cast<std::size_t>(kept) + 1 + 2 * scoring_stages(run_).size()) +
                                      ")"};
    Shared actives{database_, "actives"};
    for (std::size_t row = 0; row < hits_.size(); ++row) {
      const auto number = static_cast<std::int64_t>(row) + 1;
      compound.bind(1, number);
      int parameter = 1;
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const HitColumn& column = columns_[i];
        const std::string& cell = hits_.table.rows[row][i];
        if (!column.in_compounds()) continue;
        ++parameter;
        if (column.from == HitColumn::From::kAlerts)
          compound.bind(parameter, add_alerts(number, *alert_set_of(column.name), cell));
        else if (cell.empty())
          compound.bind_nothing(parameter);
        else if (column.from == HitColumn::From::kTarget)
          compound.bind(parameter, number_of(run_.targets, cell));
        else if (column.from == HitColumn::From::kActive)
          compound.bind(parameter, actives.number(cell));
        else if (column.from == HitColumn::From::kSource)
          compound.bind(parameter, sources_.number(cell));
        else if (column.is_scaled)
          compound.bind(parameter, static_cast<std::int64_t>(
                                       std::llround(number_in(cell).value() * static_cast<double>(column.scale()))));
        else
          bind_cell(compound, parameter, cell, column.type);
      }
      for (const StoredRun::Stage& stage : run_.stages) {
        if (!stage.standings) continue;
        const StageStandings::OfHit& its = stage.standings->of_hits.at(row);
        compound.bind(++parameter, static_cast<std::int64_t>(its.place));
        compound.bind(++parameter, four_decimals(its.score));
      }
      compound.run();
    }
  }

  /// Adds a compound's alerts, "name; name", and gives their number.
  std::int64_t add_alerts(std::int64_t compound, std::string_view set, const std::string& names) {
    std::int64_t count = 0;
    for (std::size_t begin = 0; begin < names.size(); ++count) {
      const std::size_t end = std::min(names.find("; ", begin), names.size());
      const std::string name = names.substr(begin, end - begin);
      auto alert = alerts_.find({std::string{set}, name});
      if (alert == alerts_.end()) {
        // Numbered as the store of compounds numbers them, so that their order is the same everywhere.
        const auto& table = alert_table();
        const auto known = std::find_if(table.begin(), table.end(),
                                        [&](const Alert& one) { return one.set == set && one.name == name; });
        const auto number = static_cast<std::int64_t>(
            known == table.end() ? table.size() + alerts_.size() : static_cast<std::size_t>(known - table.begin()));
        alert = alerts_.emplace(std::pair{std::string{set}, name}, number).first;
        insert_alert_.bind(1, number).bind(2, set).bind(3, std::string_view{name}).run();
      }
      insert_compound_alert_.bind(1, compound).bind(2, alert->second).run();
      begin = end + 2;
    }
    return count;
  }

  void add_scores() {
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> scores;  // columns by stage and target
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].from == HitColumn::From::kScore) scores[{columns_[i].stage, columns_[i].target}] = i;
    Statement score{database_, "INSERT INTO scores VALUES (?, ?, ?, ?)"};
    for (std::size_t row = 0; row < hits_.size(); ++row)
      for (const auto& [key, column] : scores) {
        score.bind(1, static_cast<std::int64_t>(row) + 1).bind(2, key.first).bind(3, key.second);
        bind_cell(score, 4, hits_.table.rows[row][column], ValueType::kReal);
        score.run();
      }
  }

  void add_poses() {
    database_.run(poses_table());
    database_.run(poses_view());
    Statement flag{database_, "INSERT INTO pose_flags VALUES (?, ?)"};
    for (std::size_t i = 0; i < kPoseFlags; ++i)
      flag.bind(1, static_cast<std::int64_t>(i)).bind(2, name_of(static_cast<PoseFlag>(i))).run();
    Statement kind{database_, "INSERT INTO contact_kinds VALUES (?, ?)"};
    for (std::size_t i = 0; i < kInteractionKinds; ++i)
      kind.bind(1, static_cast<std::int64_t>(i)).bind(2, name_of(static_cast<InteractionKind>(i))).run();
    PoseFiller poses{database_, run_};
    for (std::size_t row = 0; row < hits_.poses.size(); ++row)
      for (std::size_t i = 0; i < hits_.poses[row].size(); ++i)
        poses.add(static_cast<std::int64_t>(row) + 1, static_cast<std::int64_t>(i) + 1, hits_.poses[row][i]);
  }

  void add_rejects(const std::filesystem::path& rejects_csv) {
    std::ifstream in{rejects_csv};
    CsvReader reader{in, rejects_csv.string()};
    Statement insert{database_, "INSERT INTO rejected VALUES (?, ?, ?, ?, ?, ?)"};
    Statement insert_reason{database_, "INSERT INTO reasons VALUES (?, ?, ?, ?)"};
    std::map<std::array<std::string, 3>, std::int64_t> reasons;
    std::vector<std::string> row;
    std::int64_t number = 0;
    for (bool header = true; reader.next(row); header = false) {
      if (header) continue;
      if (row.size() != 7) throw std::runtime_error(rejects_csv.string() + ": a row has another number of fields");
      const auto [reason, is_new] =
          reasons.emplace(std::array{row[3], row[4], row[6]}, static_cast<std::int64_t>(reasons.size()) + 1);
      if (is_new) {
        insert_reason.bind(1, reason->second);
        for (std::size_t i = 0; i < 3; ++i)
          bind_cell(insert_reason, static_cast<int>(i) + 2, reason->first[i], ValueType::kText);
        insert_reason.run();
      }
      insert.bind(1, ++number).bind(2, sources_.number(row[0])).bind(5, reason->second);
      bind_cell(insert, 3, row[1], ValueType::kInteger);
      bind_cell(insert, 4, row[2], ValueType::kText);
      bind_cell(insert, 6, row[5], ValueType::kText);
      insert.run();
    }
  }

  Database& database_;
  const HitTable& hits_;
  const StoredRun& run_;
  const std::vector<HitColumn> columns_;
  Shared sources_;
  std::map<std::pair<std::string, std::string>, std::int64_t> alerts_;
  Statement insert_alert_{database_, "INSERT INTO alerts VALUES (?, ?, ?)"};
  Statement insert_compound_alert_{database_, "INSERT OR IGNORE INTO compound_alerts VALUES (?, ?)"};
};

}  // namespace

void write_results_store(const std::filesystem::path& file, const HitTable& hits,
                         const std::filesystem::path& rejects_csv, const StoredRun& run) {
  const TemporaryFolder folder{"digitalis-results"};
  const std::filesystem::path scratch = folder.path() / "results.sqlite";
  {
    Database database = Database::create(scratch);
    database.run("PRAGMA user_version = " + std::to_string(kResultsSchema));
    Filler{database, hits, run}.fill(rejects_csv);
    database.run(std::string{kFixedViews});
    database.finish();
  }
  // Not std::filesystem::copy_file: of a full disk it says "Input/output error", and it does not sync.
  constexpr std::uint64_t kBlockBytes = 1U << 20U;
  const RandomAccessFile made{scratch};
  AtomicFile out{file};
  for (std::uint64_t at = 0; at < made.size(); at += kBlockBytes)
    out.write(made.read(at, std::min(kBlockBytes, made.size() - at)));
  out.commit();
}

Database open_results(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    throw UsageError(file.string() + ": no such file; hint: run 'digitalis screen' to its end first");
  Database results = Database::read(file);
  if (const int version = results.version(); version != kResultsSchema)
    throw UsageError(file.string() + ": of version " + std::to_string(version) + ", this program reads " +
                     std::to_string(kResultsSchema) + "; hint: use the version of the program that made the run");
  return results;
}

}  // namespace digitalis
