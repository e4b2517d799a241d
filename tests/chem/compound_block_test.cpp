#include "chem/compound_block.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <limits>
#include <random>
#include <set>
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

/// Bit for bit: NaN is itself, and -0.0 is not 0.0.
std::array<std::uint32_t, kDescriptorCount> bits_of(const Descriptors& descriptors) {
  return std::bit_cast<std::array<std::uint32_t, kDescriptorCount>>(descriptors);
}

void expect_comes_back(const std::vector<Compound>& compounds) {
  CompoundBlock block;
  for (const Compound& one : compounds) block.add(one);
  const CompoundBlock back = CompoundBlock::from_bytes(block.to_bytes());
  ASSERT_EQ(back.size(), compounds.size());
  for (std::size_t i = 0; i < compounds.size(); ++i) {
    const Compound found = back.compound(i), &put_in = compounds[i];
    EXPECT_EQ(found.id, put_in.id);
    EXPECT_EQ(found.smiles, put_in.smiles);
    EXPECT_EQ(found.source, put_in.source);
    EXPECT_EQ(found.line, put_in.line);
    EXPECT_EQ(bits_of(found.descriptors), bits_of(put_in.descriptors));
    EXPECT_EQ(found.alerts, put_in.alerts);
    EXPECT_EQ(found.on_bits, put_in.on_bits);
  }
  EXPECT_EQ(back.content_checksum(), block.content_checksum());
}

std::vector<std::uint16_t> bits_up_to(std::size_t count) {
  std::vector<std::uint16_t> bits;
  for (std::size_t bit = 0; bit < count; ++bit) bits.push_back(static_cast<std::uint16_t>(bit));
  return bits;
}

TEST(CompoundBlock, ComesBackFromItsBytes) {
  std::vector<Compound> compounds;
  for (std::size_t i = 0; i < 10; ++i) compounds.push_back(compound(i));
  expect_comes_back(compounds);
}

TEST(CompoundBlock, ComesBackWithOneCompoundThatHasNothing) { expect_comes_back({Compound{}}); }

TEST(CompoundBlock, ComesBackWithAnyBytesInIdsAndSmiles) {
  std::vector<Compound> compounds(4);
  compounds[0].id = "β-Lactam №7\n";
  compounds[1].id = std::string{"\0\xFF\n\r\t,", 6};
  compounds[1].smiles = std::string(100'000, 'C');
  for (int byte = 0; byte < 256; ++byte) compounds[3].id += static_cast<char>(byte);
  expect_comes_back(compounds);
}

TEST(CompoundBlock, ComesBackWithFloatsOfEveryKind) {
  using Limits = std::numeric_limits<float>;
  std::vector<Compound> compounds(3);
  const float hard[] = {-0.0F,
                        Limits::quiet_NaN(),
                        Limits::infinity(),
                        -Limits::infinity(),
                        Limits::denorm_min(),
                        192.0F,
                        Limits::max(),
                        -64.0F,
                        191.0F,
                        0.1F};
  for (std::size_t i = 0; i < std::size(hard); ++i) compounds[1].descriptors[i] = hard[i];
  expect_comes_back(compounds);
}

TEST(CompoundBlock, ComesBackWithAnyFingerprint) {
  std::vector<Compound> compounds(5);
  compounds[1].on_bits = bits_up_to(2048);
  compounds[2].on_bits = {0, 2047};
  compounds[4].on_bits = {UINT16_MAX};
  expect_comes_back(compounds);
  expect_comes_back({compounds[1]});
}

TEST(CompoundBlock, ComesBackWithMoreThan256Compounds) {
  std::vector<Compound> compounds(2000);
  for (std::size_t i = 0; i < compounds.size(); ++i) {
    if (i % 700 == 3) compounds[i].on_bits.push_back(17);  // gaps of more than a byte
    if (i % 600 != 5) compounds[i].on_bits.push_back(900);
    compounds[i].line = i * 60;
  }
  expect_comes_back(compounds);
}

TEST(CompoundBlock, ComesBackWithSourcesLinesAndAlertsThatFall) {
  std::vector<Compound> compounds(3);
  compounds[0].source = UINT32_MAX;
  compounds[1].line = UINT64_MAX;
  compounds[2].line = 1;
  compounds[2].alerts = {700, 3, UINT16_MAX, UINT16_MAX};
  expect_comes_back(compounds);
}

TEST(CompoundBlock, WithOnBitsThatDoNotAscendIsABug) {
  CompoundBlock block;
  Compound odd;
  odd.on_bits = {5, 5};
  block.add(odd);
  EXPECT_THROW((void)block.to_bytes(), std::logic_error);
}

TEST(CompoundBlock, HasTheColumnsThatWereAskedForAndNoOthers) {
  const CompoundBlock back =
      CompoundBlock::from_bytes(sample().to_bytes(), {CompoundColumn::kFingerprint, CompoundColumn::kId});
  ASSERT_EQ(back.size(), 10U);
  EXPECT_EQ(back.id(9), "compound 9");
  EXPECT_EQ(back.on_bits(4).size(), 4U);
  EXPECT_THROW((void)back.smiles(0), std::logic_error);
  EXPECT_THROW((void)back.descriptors(0), std::logic_error);
  EXPECT_THROW((void)back.alerts(0), std::logic_error);
  EXPECT_THROW((void)back.source(0), std::logic_error);
  EXPECT_THROW((void)back.line(0), std::logic_error);
}

TEST(CompoundBlock, SaysHowManyBytesEachColumnTakes) {
  const std::string bytes = sample().to_bytes();
  std::uint64_t sum = 0;
  for (const std::uint64_t column : CompoundBlock::column_bytes(bytes)) {
    EXPECT_GT(column, 0U);
    sum += column;
  }
  // A number before each, and how many compounds there are.
  EXPECT_EQ(sum + (kCompoundColumnCount + 1) * sizeof(std::uint32_t), bytes.size());
}

TEST(CompoundBlock, HasAChecksumOfEveryColumn) {
  const auto checksum = [](const std::function<void(Compound&)>& change) {
    Compound one = compound(6);
    change(one);
    CompoundBlock block;
    block.add(one);
    return block.content_checksum();
  };
  const std::set<std::uint64_t> different{checksum([](Compound&) {}),
                                          checksum([](Compound& one) { one.id += "x"; }),
                                          checksum([](Compound& one) { one.smiles += "x"; }),
                                          checksum([](Compound& one) { ++one.source; }),
                                          checksum([](Compound& one) { ++one.line; }),
                                          checksum([](Compound& one) { one.descriptors[3] = -0.0F; }),
                                          checksum([](Compound& one) { one.alerts.clear(); }),
                                          checksum([](Compound& one) { one.on_bits.pop_back(); })};
  EXPECT_EQ(different.size(), 8U);
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
      EXPECT_LE(read, 1'000'000U);
    } catch (const std::runtime_error&) {
    }
  }
}

}  // namespace
}  // namespace digitalis
