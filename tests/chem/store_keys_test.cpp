#include "chem/store_keys.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "chem/digest.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

class StoreKeyFiles : public ::testing::Test {
 protected:
  std::string write() {
    StoreKeysWriter keys{folder_.path()};
    keys.add_structure({1, 9, 4});
    keys.add_structure({2, 3, 0});
    keys.add_structure({2, 5, 7});
    keys.add_id(10);
    keys.add_id(30);
    keys.add_count({30, 12});
    return keys.finish();
  }
  testing::ScratchFolder folder_;
};

TEST_F(StoreKeyFiles, FindWhatIsInThem) {
  write();
  const StoreKeys keys{folder_.path()};
  EXPECT_EQ(keys.compound_with(1, 9), 4U);
  EXPECT_EQ(keys.compound_with(2, 3), 0U);
  EXPECT_EQ(keys.compound_with(2, 5), 7U);
  EXPECT_EQ(keys.occurrences_of(10), 1U);
  EXPECT_EQ(keys.occurrences_of(30), 12U);
}

TEST_F(StoreKeyFiles, FindNothingElse) {
  write();
  const StoreKeys keys{folder_.path()};
  for (const std::uint64_t low : {0U, 4U, 6U}) EXPECT_EQ(keys.compound_with(2, low), std::nullopt);
  EXPECT_EQ(keys.compound_with(9, 9), std::nullopt);
  EXPECT_EQ(keys.occurrences_of(0), 0U);
  EXPECT_EQ(keys.occurrences_of(31), 0U);
}

TEST_F(StoreKeyFiles, MayHoldNothing) {
  (void)StoreKeysWriter{folder_.path()}.finish();
  const StoreKeys keys{folder_.path()};
  EXPECT_EQ(keys.compound_with(0, 0), std::nullopt);
  EXPECT_EQ(keys.occurrences_of(0), 0U);
}

TEST_F(StoreKeyFiles, HaveTheDigestThatTheWriterSays) {
  const std::string digest = write();
  EXPECT_EQ(digest, digest_128(testing::read_file(folder_.path() / "keys.bin")));
}

TEST_F(StoreKeyFiles, AreWrittenInOrderOnly) {
  StoreKeysWriter keys{folder_.path()};
  keys.add_structure({2, 3, 0});
  EXPECT_THROW(keys.add_structure({2, 3, 1}), std::logic_error);
  EXPECT_THROW(keys.add_structure({1, 9, 1}), std::logic_error);
  keys.add_id(5);
  EXPECT_THROW(keys.add_id(5), std::logic_error);
  EXPECT_THROW(keys.add_structure({3, 0, 2}), std::logic_error) << "IDs come after all structures";
}

TEST_F(StoreKeyFiles, OfAnyOtherLengthAreRefused) {
  write();
  const std::string good = testing::read_file(folder_.path() / "keys.bin");
  for (std::size_t size = 0; size < good.size(); ++size) {
    testing::write_file(folder_.path() / "keys.bin", good.substr(0, size));
    EXPECT_THROW(StoreKeys{folder_.path()}, std::runtime_error) << size << " bytes";
  }
}

}  // namespace
}  // namespace digitalis
