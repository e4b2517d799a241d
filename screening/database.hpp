#pragma once
// SQLite in the few words that results.sqlite needs: a database that is filled or only read, and its statements.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace digitalis {

/// An open database. For one thread at a time.
class Database {
 public:
  /// A new file, filled at once and then closed: without journal or syncs, all in one transaction that finish() ends.
  /// Throws std::runtime_error naming the file, as everything here.
  [[nodiscard]] static Database create(const std::filesystem::path& file);
  /// A finished file that nobody writes: no lock is taken, nothing is made beside it, and what it holds is not trusted
  /// with functions that have effects.
  [[nodiscard]] static Database read(const std::filesystem::path& file);

  /// Statements without rows.
  void run(const std::string& sql);
  /// The transaction of create().
  void finish() { run("COMMIT"); }
  /// `PRAGMA user_version`.
  [[nodiscard]] int version();
  /// For application-defined functions; owned by this object.
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(const std::filesystem::path& file, int flags);
  std::string name_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement; columns count from 0, parameters from 1. The database must outlive it.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int parameter, std::string_view text);  ///< copied
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_nothing(int parameter);
  /// The next row; false after the last, and then the statement can be bound and run again.
  [[nodiscard]] bool step();
  /// Runs a statement without rows.
  void run();

  [[nodiscard]] int columns() const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] double number(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Text or blob, valid until the next step.
  [[nodiscard]] std::string_view text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// `"name"`, quotes in it doubled: a name in SQL. `'text'`: a text in SQL.
[[nodiscard]] std::string sql_name(std::string_view name);
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace digitalis
