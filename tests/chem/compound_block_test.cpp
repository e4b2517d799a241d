#include "chem/compound_block.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

namespace digitalis {
namespace {

Compound compound(std::size_t number) {
  Compound compound;
  compound.id = "compound " + std::to_string(number);
  compound.smiles = std::string(number % 5, 'C');
  compound.source = static_cast<std::uint32_t>(number % 3);
  compound.line = 1'000'000'000'000 + number;
  compound.descriptors[0] = static_cast<float>(number) + 0.5F;
  for (std::size_t i = 0; i < number % 4; ++i) compound.alerts.push_back(static_cast<std::uint16_t>(i));
  for (std::size_t i = 0; i < number % 7; ++i) compound.on_bits.push_back(static_cast<std::uint16_t>(100 * i));
  return compound;
}

CompoundBlock sample() {
  CompoundBlock block;
  for (std::size_t i = 0; i < 10; ++i) block.add(compound(i));
  return block;
}

TEST(CompoundBlock, ComesBackFromItsBytes) {
  const CompoundBlock back = CompoundBlock::from_bytes(sample().to_bytes());
  ASSERT_EQ(back.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    const Compound found = back.compound(i), put_in = compound(i);
    EXPECT_EQ(found.id, put_in.id);
    EXPECT_EQ(found.smiles, put_in.smiles);
    EXPECT_EQ(found.source, put_in.source);
    EXPECT_EQ(found.line, put_in.line);
    EXPECT_EQ(found.descriptors, put_in.descriptors);
    EXPECT_EQ(found.alerts, put_in.alerts);
    EXPECT_EQ(found.on_bits, put_in.on_bits);
  }
}

TEST(CompoundBlock, MayBeEmpty) { EXPECT_EQ(CompoundBlock::from_bytes(CompoundBlock{}.to_bytes()).size(), 0U); }

TEST(CompoundBlock, IsRefusedAtWhateverByteItIsCutOff) {
  const std::string bytes = sample().to_bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    ASSERT_THROW((void)CompoundBlock::from_bytes(bytes.substr(0, length)), std::runtime_error) << length << " bytes";
}

TEST(CompoundBlock, IsRefusedWithOneByteTooMany) {
  EXPECT_THROW((void)CompoundBlock::from_bytes(sample().to_bytes() + "x"), std::runtime_error);
}

TEST(CompoundBlock, IsRefusedOrReadableWhateverBitFlips) {
  const std::string good = sample().to_bytes();
  std::mt19937 random{3};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
    try {
      const CompoundBlock block = CompoundBlock::from_bytes(bytes);
      std::size_t read = 0;  // every field lies within the block: the address sanitizer looks on
      for (std::size_t i = 0; i < block.size(); ++i) read += block.compound(i).id.size();
      EXPECT_LE(read, bytes.size());
    } catch (const std::runtime_error&) {
    }
  }
}

}  // namespace
}  // namespace digitalis
