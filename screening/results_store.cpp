#include "screening/results_store.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>

#include "chem/file_io.hpp"

namespace digitalis {
namespace {

constexpr int kSchemaVersion = 1;

/// A database file being filled.
class Database {
 public:
  explicit Database(const std::filesystem::path& file) : name_(file.string()) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(file.c_str(), &opened);
    handle_.reset(opened);
    if (code != SQLITE_OK) fail("cannot be made");
  }
  void run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  }

  /// Inserts rows of text; SQLite's column affinity turns numbers into numbers.
  class Inserter {
   public:
    Inserter(Database& database, const std::string& table, std::size_t columns) : database_(database) {
      std::string sql = "INSERT INTO " + table + " VALUES (";
      for (std::size_t i = 0; i < columns; ++i) sql += i == 0 ? "?" : ",?";
      sqlite3_stmt* prepared = nullptr;
      if (sqlite3_prepare_v2(database.handle_.get(), (sql + ")").c_str(), -1, &prepared, nullptr) != SQLITE_OK)
        database.fail(sql);
      statement_.reset(prepared);
    }
    void add(const std::vector<std::string>& row) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        const int column = static_cast<int>(i) + 1;
        if (row[i].empty())
          sqlite3_bind_null(statement_.get(), column);
        else
          sqlite3_bind_text(statement_.get(), column, row[i].data(), static_cast<int>(row[i].size()), SQLITE_TRANSIENT);
      }
      if (sqlite3_step(statement_.get()) != SQLITE_DONE) database_.fail("a row was refused");
      sqlite3_reset(statement_.get());
    }

   private:
    struct Finalize {
      void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  };

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(name_ + ": " + what + ": " + sqlite3_errmsg(handle_.get()));
  }
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::string name_;
  std::unique_ptr<sqlite3, Close> handle_;
};

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

/// What docking says in words.
bool is_text(const std::string& column) {
  using enum HitTable::Says;
  const HitTable::Says says = HitTable::says(column);
  return says == kResidues || says == kInteractions || says == kFlags || says == kReceptor;
}

std::string hits_schema(const HitTable& hits) {
  const std::set<std::string> text{"compound_id", "smiles",         "pains",           "brenk", "nih",
                                   "best_target", "nearest_active", "known_active_of", "source"};
  std::string sql = "CREATE TABLE hits (";
  for (const std::string& column : hits.table.header) {
    if (column != hits.table.header.front()) sql += ", ";
    sql += quoted(column) + (text.contains(column) || is_text(column) ? " TEXT"
                             : column == "place"                      ? " INTEGER PRIMARY KEY"
                             : column == "line"                       ? " INTEGER"
                                                                      : " REAL");
  }
  return sql + ")";
}

/// A temporary file that goes away with the object.
class ScratchFile {
 public:
  ScratchFile()
      : path_(std::filesystem::temp_directory_path() / ("digitalis-" + std::to_string(::getpid()) + ".sqlite")) {
    remove();
  }
  ~ScratchFile() { remove(); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::filesystem::path path_;
};

}  // namespace

void write_results_store(const std::filesystem::path& file, const HitTable& hits,
                         const std::filesystem::path& rejects_csv,
                         const std::vector<std::pair<std::string, std::string>>& run) {
  const ScratchFile scratch;
  {
    Database database{scratch.path()};
    database.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    database.run("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    database.run("CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT)");
    Database::Inserter facts{database, "run", 2};
    for (const auto& [key, value] : run) facts.add({key, value});
    database.run(hits_schema(hits));
    Database::Inserter rows{database, "hits", hits.table.header.size()};
    for (const auto& row : hits.table.rows) rows.add(row);
    database.run(
        "CREATE TABLE rejects (source TEXT, line INTEGER, compound_id TEXT, stage TEXT, reason TEXT, detail TEXT, "
        "remedy TEXT)");
    Database::Inserter rejects{database, "rejects", 7};
    std::ifstream in{rejects_csv};
    CsvReader reader{in, rejects_csv.string()};
    std::vector<std::string> row;
    for (bool header = true; reader.next(row); header = false)
      if (!header) rejects.add(row);
    database.run("CREATE INDEX hits_by_compound ON hits (compound_id)");
    database.run("COMMIT");
  }
  // Not std::filesystem::copy_file: of a full disk it says "Input/output error", and it does not sync.
  constexpr std::uint64_t kBlockBytes = 1U << 20U;
  const RandomAccessFile made{scratch.path()};
  AtomicFile out{file};
  for (std::uint64_t at = 0; at < made.size(); at += kBlockBytes)
    out.write(made.read(at, std::min(kBlockBytes, made.size() - at)));
  out.commit();
}

}  // namespace digitalis
