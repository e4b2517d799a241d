#include "screening/compound_walls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "chem/parse_record.hpp"
#include "screening/docking_stage.hpp"
#include "screening/prepare_chunk.hpp"
#include "screening/prepared_batch.hpp"
#include "screening/stage_part.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

/// Three records of "lib.smi", lines 11 to 13.
Task task_of_three() {
  RecordBatch batch;
  batch.source = 1;
  batch.layout.id_column = 1;
  batch.records = {{1, 11, "CCO one"}, {2, 12, "CCN two"}, {3, 13, "CCC three"}};
  return {.chunk = 4, .payload = batch.to_bytes()};
}

LibraryJob job_of_two_sources() {
  LibraryJob job;
  job.source_names = {"other.smi", "lib.smi"};
  job.preparation.fingerprint.bits = 512;
  job.preparation.max_heavy_atoms = 77;
  return job;
}

std::string prepared_here(const LibraryJob& job, const Task& task) {
  return prepare_chunk(RecordBatch::from_bytes(task.payload), "lib.smi", Preparer{job.preparation}, task).payload;
}

TEST(RejectOf, SplitsAKillersReasonIntoCodeAndDetail) {
  const Reject crashed = reject_of({3, "crashed: segmentation fault"});
  EXPECT_EQ(crashed.code, RejectCode::kCrashed);
  EXPECT_EQ(crashed.detail, "segmentation fault");
  EXPECT_EQ(crashed.hint, "");
  const Reject slow = reject_of({3, "out_of_time: more than 600 s"});
  EXPECT_EQ(slow.code, RejectCode::kOutOfTime);
  EXPECT_EQ(slow.hint, "raise seconds_per_compound in [limits]");
  const Reject large = reject_of({3, "out_of_memory: needs more than the 2.00 GiB of a rank"});
  EXPECT_EQ(large.code, RejectCode::kOutOfMemory);
  EXPECT_EQ(large.hint, "raise memory_GiB_per_rank in [limits]");
}

TEST(PrepareChunk, RejectsKillersWithTheirReasonAndId) {
  const LibraryJob job = job_of_two_sources();
  Task task = task_of_three();
  task.killers = {{1, "crashed: aborted"}};
  const PreparedBatch batch = PreparedBatch::from_bytes(prepared_here(job, task));
  EXPECT_EQ(batch.compounds.size(), 2U);
  ASSERT_EQ(batch.rejects.size(), 1U);
  EXPECT_EQ(batch.rejects[0].code, RejectCode::kCrashed);
  EXPECT_EQ(batch.rejects[0].at.line, 12U);
  EXPECT_EQ(batch.rejects[0].compound_id, "two");
  EXPECT_EQ(batch.rejects[0].detail, "aborted");
}

TEST(PrepareChunk, WorksOnOneRecordOnlyWhenAsked) {
  const LibraryJob job = job_of_two_sources();
  Task task = task_of_three();
  task.only = 2;
  const PreparedBatch batch = PreparedBatch::from_bytes(prepared_here(job, task));
  ASSERT_EQ(batch.compounds.size(), 1U);
  EXPECT_EQ(batch.compounds.id(0), "three");
}

TEST(PrepareChunk, MakesTheSameBytesInQuarantine) {
  const LibraryJob job = job_of_two_sources();
  Task task = task_of_three();
  task.killers = {{0, "crashed: aborted"}};
  Task sent = task;
  sent.payload = payload_for_quarantine(job, task);
  EXPECT_EQ(quarantined_preparation(sent)(sent).payload, prepared_here(job, task));
}

TEST(PrepareChunk, BeginsEachRecordOnce) {
  struct Heard : ItemObserver {
    void begin(std::uint64_t item) override { items.push_back(item); }
    std::vector<std::uint64_t> items;
  } heard;
  const ObservedItems observed(heard);
  (void)prepared_here(job_of_two_sources(), task_of_three());
  EXPECT_THAT(heard.items, ElementsAre(0, 1, 2));
}

TEST(NameOfRecord, SaysItsIdAndPlaceAndNoStructure) {
  EXPECT_EQ(name_of_record(job_of_two_sources(), task_of_three(), 1), "record two (lib.smi:12)");
}

TEST(IdOfRecord, IsWhatThePreparedCompoundIsCalled) {
  RecordLayout smiles;
  smiles.id_column = 1;
  EXPECT_EQ(id_of_record(smiles, {1, 1, "CCO one"}), "one");
  EXPECT_EQ(id_of_record(smiles, {1, 1, "CCO"}), "");
  RecordLayout sdf;
  sdf.format = RecordLayout::Format::kSdf;
  EXPECT_EQ(id_of_record(sdf, {1, 1, "title\n\n\n> <code>\nX7\n\n"}), "title");
  sdf.id_property = "code";
  EXPECT_EQ(id_of_record(sdf, {1, 1, "title\n\n\n> <code>\nX7\n\n"}), "X7");
}

TEST(StagePart, ArrivesAsItWasSent) {
  const std::vector<StagePart> parts{{7, {0, 3, 9}}, {std::uint64_t{1} << 31U, {}}};
  const std::vector<StagePart> arrived = stage_parts_from(to_bytes(parts));
  ASSERT_EQ(arrived.size(), 2U);
  EXPECT_EQ(arrived[0].chunk, 7U);
  EXPECT_THAT(arrived[0].compounds, ElementsAre(0, 3, 9));
  EXPECT_EQ(arrived[1].chunk, std::uint64_t{1} << 31U);
  const std::uint64_t item = StagePart::item_of(arrived[1].chunk, 255);
  EXPECT_EQ(StagePart::chunk_of(item), arrived[1].chunk);
  EXPECT_EQ(StagePart::compound_of(item), 255U);
}

TEST(DockingRejectCode, KnowsWhatEndedAProcess) {
  EXPECT_EQ(docking_reject_code("crashed: segmentation fault"), RejectCode::kCrashed);
  EXPECT_EQ(docking_reject_code("out_of_time: more than 600 s"), RejectCode::kOutOfTime);
  EXPECT_EQ(docking_reject_code("out_of_memory: ended by the system"), RejectCode::kOutOfMemory);
}

}  // namespace
}  // namespace digitalis
