// A thousand tables that someone made wrong, by mistake or on purpose: from a fixed seed, so that a failure can be
// repeated.

#include <gtest/gtest.h>

#include <random>

#include "sample_tables.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;  // NOLINT: a test's own helpers

class Hostile {
 public:
  explicit Hostile(unsigned number) : random_(number) {}

  /// A table with one or more identifiers of people in it, and other faults.
  TableSource with_identifiers(bool spoilt) {
    make_rows();
    const int planted = 1 + below(3);
    for (int i = 0; i < planted; ++i) plant();
    if (spoilt) spoil();
    return finished();
  }
  /// Any other faults.
  TableSource without_identifiers() {
    make_rows();
    const int faults = 1 + below(4);
    for (int i = 0; i < faults; ++i) spoil();
    return finished();
  }
  /// What no message may show.
  [[nodiscard]] const std::vector<std::string>& secrets() const { return secrets_; }

 private:
  int below(int n) { return std::uniform_int_distribution<int>{0, n - 1}(random_); }
  template <class T>
  const T& one_of(const std::vector<T>& of) {
    return of[static_cast<std::size_t>(below(static_cast<int>(of.size())))];
  }

  void make_rows() {
    header_ = {"disease_id", "indicator", "measure_type", "area_level", "area_code",   "period_start",
               "period_end", "sex",       "age_band",     "numerator",  "denominator", "per",
               "value",      "lcl95",     "ucl95",        "unit",       "note"};
    const int rows = 1 + below(30);
    for (int i = 0; i < rows; ++i)
      rows_.push_back({"disease" + std::to_string(i), "deaths", "count", "national", "E92000001", "2019-01-01",
                       "2019-12-31", "persons", "all", std::to_string(1000 + 50 * i), "", "", "", "", "", "persons",
                       "ok"});
  }

  std::string nhs_number() {
    for (;;) {
      std::string digits;
      int sum = 0;
      for (int i = 0; i < 9; ++i) {
        digits += static_cast<char>('0' + (i == 0 ? 4 + below(4) : below(10)));
        sum += (10 - i) * (digits.back() - '0');
      }
      const int check = (11 - sum % 11) % 11;
      if (check < 10) return digits + static_cast<char>('0' + check);
    }
  }
  std::string written(const std::string& nhs) {
    const std::string a = nhs.substr(0, 3), b = nhs.substr(3, 3), c = nhs.substr(6);
    switch (below(6)) {
      case 0: return a + ' ' + b + ' ' + c;
      case 1: return a + '-' + b + '-' + c;
      case 2: return "NHS " + nhs;
      case 3: return "(" + nhs + ")";
      case 4: return a + "\xC2\xA0" + b + "\xE2\x80\x8B" + c;
      default: return nhs;
    }
  }
  std::string identifier() {
    const std::string day = std::to_string(10 + below(19)), month = "0" + std::to_string(1 + below(9)),
                      year = std::to_string(1920 + below(90));
    switch (below(8)) {
      case 0: return one_of<std::string>({"SW1A ", "M1 ", "LS2 ", "cf10"}) + std::to_string(below(10)) + "HX";
      case 1: return day + '/' + month + '/' + year;
      case 2: return year + '-' + month + '-' + day;
      case 3: return day + " March " + year;
      case 4: return "QQ" + std::to_string(100000 + below(900000)) + "C";
      case 5: return "p" + std::to_string(below(1000)) + "@nhs.net";
      default: return written(nhs_number());
    }
  }

  /// In any cell, in the header, as a column of its own, or as a row of something else.
  void plant() {
    const std::string secret = identifier();
    secrets_.push_back(secret);
    const auto row = static_cast<std::size_t>(below(static_cast<int>(rows_.size())));
    switch (below(5)) {
      case 0:
        header_.push_back(one_of<std::string>({"NHS number", "dob", "Postcode", "extra", "patient_id", secret}));
        for (auto& cells : rows_) cells.push_back("x");
        rows_[row].back() = secret;
        break;
      case 1:  // a count that is an NHS number
        secrets_.back() = nhs_number();
        rows_[row][9] = secrets_.back();
        break;
      case 2: rows_[row][16] = one_of<std::string>({"see ", "id=", "", "\xE2\x80\xA6"}) + secret; break;
      case 3: rows_[row][16] = secret; break;
      default: rows_[row][static_cast<std::size_t>(one_of<int>({0, 1, 4, 7, 8, 15, 16}))] = secret; break;
    }
  }

  /// A fault that identifies nobody.
  void spoil() {
    const auto row = static_cast<std::size_t>(below(static_cast<int>(rows_.size())));
    auto& cells = rows_[row];
    const auto any = static_cast<std::size_t>(below(static_cast<int>(cells.size())));
    switch (below(15)) {
      case 0: cells[any] = one_of<std::string>({"*", "[c]", "[x]", "NA", ":", "-", "..", "[REDACTED]"}); break;
      case 1: cells[any] = secret("=cmd|' /C calc'!A0"); break;
      case 2: cells[any] = std::string(static_cast<std::size_t>(1 + below(80'000)), 'h'); break;
      case 3: cells[any] = secret("w\xE9iners"); break;
      case 4: cells[any] = std::string{"n\0l", 3}; break;
      case 5: rows_.push_back(cells); break;
      case 6: short_rows_.push_back(row); break;
      case 7: cells.insert(cells.end(), 5, secret("overhang")); break;
      case 8: cells[9] = std::to_string(below(9)); break;
      case 9: cells[3] = secret("practice"); break;
      case 10: cells[any] = secret("1e309"); break;
      case 11: cells[any] = secret("\xED\xA0\x80surrogate"); break;
      case 12: line_end_ = one_of<std::string>({"\r\n", "\r", "\n\n"}); break;
      case 13: torn_ = true; break;
      default: cells[any] = secret("open \"quote"); break;
    }
  }
  std::string secret(const std::string& text) {
    secrets_.push_back(text);
    return text;
  }

  TableSource finished() {
    const auto line = [&](const std::vector<std::string>& cells) {
      std::string text;
      for (const std::string& cell : cells) {
        const bool quote = cell.find_first_of(",\"\n\r") != std::string::npos && below(8) != 0;
        std::string inside = cell;
        if (quote)
          for (std::size_t at = 0; (at = inside.find('"', at)) != std::string::npos; at += 2) inside.insert(at, 1, '"');
        text += (text.empty() ? "" : ",") + (quote ? '"' + inside + '"' : inside);
      }
      return text + line_end_;
    };
    std::string csv = below(4) == 0 ? "\xEF\xBB\xBF" : "";
    csv += line(header_);
    for (const std::size_t row : short_rows_) rows_[row].resize(rows_[row].size() / 2);
    for (const auto& cells : rows_) csv += line(cells);
    if (torn_) csv.resize(static_cast<std::size_t>(below(static_cast<int>(csv.size()))));
    return {"hostile.csv", csv, below(10) == 0 ? "" : meta_of(csv, below(2) == 0 ? kUnrounded : kRounded)};
  }

  std::mt19937 random_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> short_rows_;
  std::vector<std::string> secrets_;
  std::string line_end_ = "\n";
  bool torn_ = false;
};

/// The first planted value that stands in the text; empty when none does.
std::string leaked(const std::string& text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    if (text.find(secret) != std::string::npos) return secret;
  return "";
}

TEST(HostileTables, AnIdentifierOfAPersonIsFoundWhereverItStands) {
  for (unsigned number = 0; number < 300; ++number) {
    Hostile hostile{number};
    const TableSource table = hostile.with_identifiers(false);
    const CheckedTables checked = check({table});
    ASSERT_NE(messages(checked, "E-ROWLEVEL"), "") << "table " << number << ":\n" << table.csv;
    ASSERT_TRUE(checked.tables.empty());
    ASSERT_EQ(leaked(messages(checked), hostile.secrets()), "") << messages(checked);
  }
}

TEST(HostileTables, NoneWithAnIdentifierOfAPersonIsAcceptedWhateverElseIsWrong) {
  for (unsigned number = 300; number < 700; ++number) {
    Hostile hostile{number};
    const TableSource table = hostile.with_identifiers(true);
    const CheckedTables checked = check({table});
    // A table that was torn may have lost what was planted.
    const bool still_there = leaked(table.csv, hostile.secrets()) != "";
    ASSERT_TRUE(checked.findings.refused() || !still_there) << "table " << number << ":\n" << table.csv;
    ASSERT_EQ(leaked(messages(checked), hostile.secrets()), "") << messages(checked);
  }
}

TEST(HostileTables, NoneEndsTheProgramOrShowsACell) {
  for (unsigned number = 1000; number < 1400; ++number) {
    Hostile hostile{number};
    const TableSource table = hostile.without_identifiers();
    const CheckedTables checked = check({table});
    ASSERT_EQ(leaked(messages(checked), hostile.secrets()), "") << messages(checked);
  }
}

TEST(HostileTables, BytesThatAreNoTableAtAllAreRefused) {
  std::mt19937 random{7};
  for (int i = 0; i < 200; ++i) {
    std::string bytes(static_cast<std::size_t>(random() % 2000), '\0');
    for (char& c : bytes)
      c = static_cast<char>(i % 2 == 0 ? random() % 256 : std::string{"\",\r\n1*[c]E9 x"}[random() % 14]);
    const CheckedTables checked = check({{"bytes.csv", bytes, bytes}});
    ASSERT_TRUE(checked.findings.refused());
  }
}

}  // namespace
}  // namespace digitalis
