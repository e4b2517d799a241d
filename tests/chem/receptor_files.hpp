#pragma once
// Structure files as tests of receptors need them: written for one test, and forgotten after it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {

/// Writes the text of a structure file and forgets it after the test.
class DockingReceptorTest : public ::testing::Test {
 protected:
  DockingReceptorTest()
      : folder_(std::filesystem::temp_directory_path() / ("digitalis_receptor_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~DockingReceptorTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  /// "N_D", "C_P", ... in the order of the file.
  static std::vector<std::string> types_of(const PreparedReceptor& receptor) {
    std::vector<std::string> names;
    for (const AtomType type : receptor.rigid.types) names.emplace_back(name_of(type));
    return names;
  }
  static std::string refusal(const std::filesystem::path& file, const ReceptorOptions& options = {}) {
    try {
      (void)prepare_receptor(file, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "not refused";
  }

 private:
  std::filesystem::path folder_;
};

/// One ATOM record.
inline std::string atom(const std::string& name, const std::string& residue, const std::string& number, Position at_A,
                        const std::string& element, const std::string& altloc = " ", double occupancy = 1.0) {
  std::array<char, 96> line{};
  std::snprintf(line.data(), line.size(), "HETATM    1 %-4s%s%3s A%4s    %8.3f%8.3f%8.3f%6.2f  0.00          %2s\n",
                (element.size() > 1 ? name : " " + name).c_str(), altloc.c_str(), residue.c_str(), number.c_str(),
                at_A[0], at_A[1], at_A[2], occupancy, element.c_str());
  return line.data();
}

inline constexpr const char* kSerine = R"(ATOM      1  N   SER A  57      11.104   6.134  -6.504  0.00  0.00           N
ATOM      2  CA  SER A  57      11.639   6.071  -5.147  0.00  0.00           C
ATOM      3  C   SER A  57      10.723   6.830  -4.194  0.00  0.00           C
ATOM      4  O   SER A  57      10.112   7.832  -4.567  0.00  0.00           O
ATOM      5  CB  SER A  57      13.053   6.654  -5.118  0.00  0.00           C
ATOM      6  OG  SER A  57      13.931   5.889  -5.930  0.00  0.00           O
)";

}  // namespace digitalis
