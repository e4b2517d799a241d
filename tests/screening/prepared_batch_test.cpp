#include "screening/prepared_batch.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace digitalis {
namespace {

Compound compound(const std::string& id, const std::string& smiles) {
  return {.id = id, .smiles = smiles, .source = 2, .line = 7, .descriptors = {1.5F}, .alerts = {3}, .on_bits = {1, 9}};
}

PreparedBatch sample() {
  PreparedBatch batch;
  batch.source = 2;
  batch.records = 4;
  batch.add(compound("a", "C"));
  batch.add(compound("b", "CC"));
  batch.add(compound("a", "CC"));
  Reject reject;
  reject.code = RejectCode::kBadValence;
  reject.at.line = 9;
  reject.compound_id = "c";
  reject.detail = "atom 3 has 5 bonds";
  reject.hint = "check its charge";
  batch.rejects.push_back(reject);
  return batch;
}

TEST(PreparedBatch, ComesBackFromItsBytes) {
  const PreparedBatch back = PreparedBatch::from_bytes(sample().to_bytes());
  EXPECT_EQ(back.source, 2U);
  EXPECT_EQ(back.records, 4U);
  ASSERT_EQ(back.compounds.size(), 3U);
  EXPECT_EQ(back.compounds.id(1), "b");
  ASSERT_EQ(back.rejects.size(), 1U);
  EXPECT_EQ(back.rejects[0].code, RejectCode::kBadValence);
  EXPECT_EQ(back.rejects[0].at.line, 9U);
  EXPECT_EQ(back.rejects[0].compound_id + back.rejects[0].detail + back.rejects[0].hint,
            "catom 3 has 5 bondscheck its charge");
  EXPECT_EQ(back.to_bytes(), sample().to_bytes());
}

TEST(PreparedBatch, TellsItsKeysFromAPrefixOfItsBytes) {
  const std::string bytes = sample().to_bytes();
  ASSERT_EQ(PreparedBatch::count_in(bytes.substr(0, 8)), 3U);
  const auto keys = PreparedBatch::keys_in(bytes.substr(0, PreparedBatch::keys_bytes(3)));
  ASSERT_EQ(keys.size(), 3U);
  EXPECT_EQ(keys[1].structure_high, keys[2].structure_high);
  EXPECT_EQ(keys[1].structure_low, keys[2].structure_low);
  EXPECT_NE(keys[0].structure_low, keys[1].structure_low);
  EXPECT_EQ(keys[0].id_low, keys[2].id_low);
  EXPECT_NE(keys[0].id_low, keys[1].id_low);
}

TEST(PreparedBatch, IsRefusedAtWhateverByteItIsCutOff) {
  const std::string bytes = sample().to_bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW((void)PreparedBatch::from_bytes(bytes.substr(0, length)), std::runtime_error) << length << " bytes";
}

}  // namespace
}  // namespace digitalis
