#include "chem/docking_receptor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;

/// Writes the text of a structure file and forgets it after the test.
class DockingReceptorTest : public ::testing::Test {
 protected:
  DockingReceptorTest() : folder_(fs::temp_directory_path() / ("digitalis_receptor_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~DockingReceptorTest() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  /// "N_D", "C_P", ... in the order of the file.
  static std::vector<std::string> types_of(const PreparedReceptor& receptor) {
    std::vector<std::string> names;
    for (const AtomType type : receptor.rigid.types) names.emplace_back(name_of(type));
    return names;
  }
  static std::string refusal(const fs::path& file, const ReceptorOptions& options = {}) {
    try {
      (void)prepare_receptor(file, options);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "not refused";
  }

 private:
  fs::path folder_;
};

constexpr const char* kSerine = R"(ATOM      1  N   SER A  57      11.104   6.134  -6.504  0.00  0.00           N
ATOM      2  CA  SER A  57      11.639   6.071  -5.147  0.00  0.00           C
ATOM      3  C   SER A  57      10.723   6.830  -4.194  0.00  0.00           C
ATOM      4  O   SER A  57      10.112   7.832  -4.567  0.00  0.00           O
ATOM      5  CB  SER A  57      13.053   6.654  -5.118  0.00  0.00           C
ATOM      6  OG  SER A  57      13.931   5.889  -5.930  0.00  0.00           O
)";

TEST_F(DockingReceptorTest, TypesASerineWithoutHydrogensAndOccupancy) {
  EXPECT_THAT(types_of(prepare_receptor(write("a.pdb", kSerine))),
              ElementsAre("N_D", "C_P", "C_P", "O_A", "C_P", "O_DA"));
}

TEST_F(DockingReceptorTest, TakesTypesFromAPdbqtFile) {
  const fs::path file = write("a.pdbqt",
                              "ROOT\n"
                              "ATOM      1  N   LYS A   7       0.000   0.000   0.000  1.00  0.00    -0.100 N \n"
                              "ATOM      2  HN  LYS A   7       0.000   1.010   0.000  1.00  0.00     0.100 HD\n"
                              "ATOM      3  CA  LYS A   7       1.450   0.000   0.000  1.00  0.00     0.100 C \n"
                              "ATOM      4  CB  LYS A   7       2.050   1.420   0.000  1.00  0.00     0.100 C \n"
                              "ATOM      5 ZN    ZN A   8      10.000   0.000   0.000  1.00  0.00     0.100 Zn\n");
  EXPECT_THAT(types_of(prepare_receptor(file)), ElementsAre("N_D", "C_P", "C_H", "Met_D"));
}

TEST_F(DockingReceptorTest, RefusesAnUnknownAutoDockTypeByLine) {
  const fs::path file =
      write("a.pdbqt", "REMARK\nATOM      1  B   LYS A   7       0.000   0.000   0.000  1.00  0.00    -0.100 B \n");
  EXPECT_EQ(refusal(file), file.string() +
                               ":2: \"B\" is not an AutoDock atom type in columns 78-79; "
                               "hint: give the PDB or mmCIF file instead");
}

TEST_F(DockingReceptorTest, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(refusal("/nowhere/a.pdb"), "/nowhere/a.pdb: no such receptor file");
}

}  // namespace
}  // namespace digitalis
