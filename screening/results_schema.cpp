#include "screening/results_schema.hpp"

#include <array>

#include "screening/database.hpp"
#include "screening/hit_pose.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

const std::string_view kFixedTables = R"sql(
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE stages (stage INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, entered INTEGER, passed INTEGER,
  scored INTEGER, cut_score REAL);
CREATE TABLE stage_drops (stage INTEGER REFERENCES stages, reason TEXT, count INTEGER, PRIMARY KEY (stage, reason)) WITHOUT ROWID;
CREATE TABLE targets (target INTEGER PRIMARY KEY, name TEXT NOT NULL, weight REAL, origin_x_A REAL, origin_y_A REAL, origin_z_A REAL);
CREATE TABLE queries (target INTEGER REFERENCES targets, number INTEGER, name TEXT, PRIMARY KEY (target, number)) WITHOUT ROWID;
CREATE TABLE sources (source INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE actives (active INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE receptors (receptor INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE residues (residue INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE contact_kinds (kind INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE alerts (alert INTEGER PRIMARY KEY, alert_set TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE reasons (reason INTEGER PRIMARY KEY, stage TEXT, name TEXT, remedy TEXT);
CREATE TABLE hit_columns (number INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, decimals INTEGER);
CREATE TABLE atom_names (atom INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE pose_flags (flag INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE forms (compound INTEGER REFERENCES compounds, form INTEGER, smiles TEXT, PRIMARY KEY (compound, form)) WITHOUT ROWID;
CREATE TABLE compound_alerts (compound INTEGER REFERENCES compounds, alert INTEGER REFERENCES alerts, PRIMARY KEY (compound, alert)) WITHOUT ROWID;
CREATE TABLE scores (compound INTEGER REFERENCES compounds, stage INTEGER REFERENCES stages, target INTEGER REFERENCES targets,
  value REAL, PRIMARY KEY (compound, stage, target)) WITHOUT ROWID;
CREATE TABLE contacts (compound INTEGER, pose INTEGER, number INTEGER, kind INTEGER REFERENCES contact_kinds,
  residue INTEGER REFERENCES residues, receptor_atom INTEGER REFERENCES atom_names, ligand_atoms TEXT, ligand_is_donor INTEGER,
  distance_pm INTEGER, angle_deg INTEGER, PRIMARY KEY (compound, pose, number)) WITHOUT ROWID;
CREATE TABLE rejected (reject INTEGER PRIMARY KEY, source INTEGER REFERENCES sources, line INTEGER, compound_id TEXT,
  reason INTEGER REFERENCES reasons, detail TEXT);
)sql";

const std::string_view kFixedViews = R"sql(
CREATE VIEW rejects AS SELECT s.name AS source, r.line, r.compound_id, w.stage, w.name AS reason, r.detail, w.remedy
  FROM rejected AS r LEFT JOIN sources AS s USING (source) LEFT JOIN reasons AS w USING (reason) ORDER BY r.reject;
CREATE VIEW funnel AS SELECT s.stage AS number, s.name AS stage, s.kind, s.entered, s.passed, d.reason, d.count AS dropped
  FROM stages AS s LEFT JOIN stage_drops AS d USING (stage) ORDER BY s.stage, d.count DESC, d.reason;
CREATE VIEW best_per_target AS SELECT target, stage, place_for_target, compound_id, value, place FROM (
  SELECT t.name AS target, g.name AS stage, c.compound_id, s.value, c.compound AS place, g.stage AS number,
    row_number() OVER (PARTITION BY s.stage, s.target
      ORDER BY CASE g.kind WHEN 'dock' THEN s.value ELSE -s.value END, c.compound) AS place_for_target
  FROM scores AS s JOIN compounds AS c USING (compound) JOIN targets AS t USING (target) JOIN stages AS g USING (stage)
  WHERE s.value IS NOT NULL) WHERE place_for_target <= 10 ORDER BY target, number, place_for_target;
CREATE VIEW contacts_of_hits AS SELECT x.compound AS place, c.compound_id, x.pose, g.name AS stage, t.name AS target, k.name AS kind,
  r.name AS residue, a.name AS receptor_atom, x.ligand_atoms, x.ligand_is_donor, x.distance_pm / 100.0 AS distance_A, x.angle_deg
  FROM contacts AS x JOIN compounds AS c USING (compound) JOIN poses AS p USING (compound, pose)
  JOIN stages AS g USING (stage) JOIN targets AS t USING (target) JOIN contact_kinds AS k USING (kind)
  JOIN residues AS r USING (residue) LEFT JOIN atom_names AS a ON a.atom = x.receptor_atom;
)sql";

std::string_view sql_type(ValueType type) {
  switch (type) {
    case ValueType::kInteger: return "INTEGER";
    case ValueType::kReal: return "REAL";
    case ValueType::kText: break;
  }
  return "TEXT";
}

std::optional<std::string_view> alert_set_of(std::string_view column) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSets{
      {{"pains", "PAINS"}, {"brenk", "BRENK"}, {"nih", "NIH"}}};
  for (const auto& [name, set] : kSets)
    if (name == column) return set;
  return std::nullopt;
}

std::int64_t HitColumn::scale() const {
  std::int64_t scale = 1;
  for (int i = 0; is_scaled && i < decimals; ++i) scale *= 10;
  return scale;
}

namespace {

/// Columns of `compounds`: where a stage put it, and for what score.
std::string place_after(std::int64_t stage) { return "stage_" + std::to_string(stage) + "_place"; }
std::string score_after(std::int64_t stage) { return "stage_" + std::to_string(stage) + "_score_x10000"; }

}  // namespace

std::string compounds_table(const std::vector<HitColumn>& columns, const std::vector<std::int64_t>& scoring_stages) {
  std::string sql = "CREATE TABLE compounds (compound INTEGER PRIMARY KEY";
  for (const HitColumn& column : columns) {
    if (!column.in_compounds()) continue;
    sql += ", " + sql_name(column.stored_name()) + " ";
    switch (column.from) {
      case HitColumn::From::kTarget: sql += "INTEGER REFERENCES targets"; break;
      case HitColumn::From::kActive: sql += "INTEGER REFERENCES actives"; break;
      case HitColumn::From::kSource: sql += "INTEGER REFERENCES sources"; break;
      case HitColumn::From::kAlerts: sql += "INTEGER"; break;
      default: sql += sql_type(column.is_scaled ? ValueType::kInteger : column.type); break;
    }
  }
  for (const std::int64_t stage : scoring_stages)
    sql += ", " + place_after(stage) + " INTEGER, " + score_after(stage) + " INTEGER";
  return sql + ")";
}

std::string standings_view(const std::vector<std::int64_t>& scoring_stages) {
  std::string sql;
  for (const std::int64_t stage : scoring_stages)
    sql += (sql.empty() ? "" : " UNION ALL ") +
           ("SELECT c.compound AS place, c.compound_id, g.name AS stage, c." + score_after(stage)) +
           " / 10000.0 AS stage_score, c." + place_after(stage) +
           " AS stage_place, g.scored, g.passed AS kept, g.cut_score FROM stages AS g CROSS JOIN compounds AS c WHERE "
           "g.stage = " +
           std::to_string(stage);
  return sql.empty() ? "" : "CREATE VIEW standings_of_hits AS " + sql;
}

namespace {

// What hits.csv says of a pose, out of the numbers of `poses AS p`. Whole numbers all the way: printf() of SQLite and
// of C++ round halves differently.
constexpr const char* kFlagsText =
    "(SELECT group_concat(y.name, '; ') FROM (SELECT f.name FROM pose_flags AS f WHERE p.flags >> f.flag & 1 ORDER BY "
    "f.flag) AS y)";
constexpr const char* kContactsText =
    "(SELECT group_concat(y.words, '; ') FROM (SELECT k.name || ' ' || r.name || ' ' || ((x.distance_pm + 5) / 100) || "
    "'.' || ((x.distance_pm + 5) / 10 % 10) AS words FROM contacts AS x JOIN contact_kinds AS k USING (kind) JOIN "
    "residues AS r USING (residue) WHERE x.compound = p.compound AND x.pose = p.pose ORDER BY x.number) AS y)";

/// "A:LYS162 -1.32; A:ALA213 -0.90".
std::string residues_text() {
  std::string sql;
  for (std::size_t i = 1; i <= PoseRecord::kResidues; ++i) {
    const std::string residue = "p.residue_" + std::to_string(i), energy = residue + "_cal_mol";
    std::string word = "(SELECT x.name FROM residues AS x WHERE x.residue = " + residue + ") || printf(' %s%d.%02d', " +
                       "CASE WHEN " + energy + " < 0 THEN '-' ELSE '' END, abs(" + energy + ") / 1000, abs(" + energy +
                       ") / 10 % 100)";
    sql += i == 1 ? word : " || coalesce('; ' || " + word + ", '')";
  }
  return sql;
}

std::string expression_of(const HitColumn& column) {
  const std::string own = "c." + sql_name(column.stored_name());
  const auto of_score = [&](const std::string& what) {
    return "(SELECT " + what +
           " FROM scores AS s WHERE s.compound = c.compound AND s.stage = " + std::to_string(column.stage) +
           " AND s.target = " + std::to_string(column.target) + ")";
  };
  const auto of_pose = [&](const std::string& what) {
    return "(SELECT " + what +
           " FROM poses AS p WHERE p.compound = c.compound AND p.stage = " + std::to_string(column.stage) +
           " AND p.target = " + std::to_string(column.target) + ")";
  };
  const auto name_in = [&](const std::string& table, const std::string& key) {
    return "(SELECT x.name FROM " + table + " AS x WHERE x." + key + " = " + own + ")";
  };
  switch (column.from) {
    case HitColumn::From::kPlace: return "c.compound";
    case HitColumn::From::kCompound:
      return column.is_scaled ? own + " / " + std::to_string(column.scale()) + ".0" : own;
    case HitColumn::From::kTarget: return name_in("targets", "target");
    case HitColumn::From::kActive: return name_in("actives", "active");
    case HitColumn::From::kSource: return name_in("sources", "source");
    case HitColumn::From::kAlerts:
      // The count in `compounds` spares the search where there is none.
      return "(CASE WHEN " + own +
             " > 0 THEN (SELECT group_concat(y.name, '; ') FROM (SELECT a.name FROM compound_alerts AS k JOIN alerts "
             "AS "
             "a USING (alert) WHERE k.compound = c.compound AND a.alert_set = " +
             sql_text(*alert_set_of(column.name)) + " ORDER BY k.alert) AS y) END)";
    case HitColumn::From::kScore: return of_score("s.value");
    case HitColumn::From::kEfficiency: return "round(" + of_score("s.value") + " / c.heavy_atoms, 4)";
    case HitColumn::From::kResidues: return of_pose(residues_text());
    case HitColumn::From::kInteractions: return of_pose(kContactsText);
    case HitColumn::From::kFlags: return of_pose(kFlagsText);
    case HitColumn::From::kReceptor:
      return of_pose("(SELECT x.name FROM receptors AS x WHERE x.receptor = p.receptor)");
  }
  return own;
}

}  // namespace

std::string hits_view(const std::vector<HitColumn>& columns) {
  std::string sql = "CREATE VIEW hits AS SELECT ";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql += (i == 0 ? "" : ", ") + expression_of(columns[i]) + " AS " + sql_name(columns[i].name);
  return sql + " FROM compounds AS c";
}

std::string poses_table() {
  std::string sql =
      "CREATE TABLE poses (compound INTEGER REFERENCES compounds, pose INTEGER, stage INTEGER REFERENCES stages, "
      "target "
      "INTEGER REFERENCES targets, form INTEGER, receptor INTEGER REFERENCES receptors, flags INTEGER";
  for (std::size_t i = 1; i <= PoseRecord::kResidues; ++i) {
    const std::string residue = "residue_" + std::to_string(i);
    sql += ", " + residue + " INTEGER REFERENCES residues, " + residue + "_cal_mol INTEGER";
  }
  for (std::size_t i = 0; i < kPoseTerms; ++i) sql += ", " + std::string{name_of_pose_term(i)} + "_cal_mol INTEGER";
  return sql + ", places BLOB, PRIMARY KEY (compound, pose)) WITHOUT ROWID";
}

std::string poses_view() {
  std::string sql =
      "CREATE VIEW poses_of_hits AS SELECT p.compound AS place, c.compound_id, p.pose, g.name AS stage, t.name AS "
      "target, r.name AS receptor, s.value AS affinity_kcal_mol";
  for (std::size_t i = 0; i < kPoseTerms; ++i) {
    const std::string term{name_of_pose_term(i)};
    sql += ", p." + term + "_cal_mol / 1000.0 AS " + term + "_kcal_mol";
  }
  return sql + ", " + residues_text() + " AS strongest_residues_kcal_mol, " + kFlagsText +
         " AS flags FROM poses AS p JOIN compounds AS c USING (compound) JOIN stages AS g USING (stage) JOIN targets "
         "AS t USING (target) JOIN receptors AS r USING (receptor) LEFT JOIN scores AS s USING (compound, stage, "
         "target)";
}

}  // namespace digitalis
