#include "scheduler/item_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "scheduler/process_memory.hpp"

namespace digitalis {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Heard : public ItemObserver {
 public:
  void begin(std::uint64_t item) override { items.push_back(item); }
  std::vector<std::uint64_t> items;
};

TEST(BeginItem, IsHeardByTheInnermostObserverOfItsThread) {
  Heard outer, inner;
  begin_item(1);
  {
    const ObservedItems first(outer);
    begin_item(2);
    {
      const ObservedItems second(inner);
      begin_item(3);
    }
    begin_item(4);
    std::thread([] { begin_item(5); }).join();
  }
  begin_item(6);
  EXPECT_THAT(outer.items, ::testing::ElementsAre(2, 4));
  EXPECT_THAT(inner.items, ::testing::ElementsAre(3));
}

TEST(ItemWatch, NamesTheItemThatTakesTooLong) {
  std::promise<std::string> said;
  ItemWatch watch("dock", {.seconds = 0.05}, [&](const std::string& why) { said.set_value(why); });
  const ItemWatch::AtWork at_work(watch, 12,
                                  [](std::uint64_t item) { return "compound number " + std::to_string(item); });
  begin_item(3);
  EXPECT_THAT(said.get_future().get(), ::testing::MatchesRegex("dock: compound number 3 of chunk 12 has been in work "
                                                               "for [0-9]+\\.[0-9] s, more than 0.05 s"));
}

TEST(ItemWatch, DoesWithTheItemsNumberWhenItHasNoName) {
  std::promise<std::string> said;
  ItemWatch watch("dock", {.seconds = 0.05}, [&](const std::string& why) { said.set_value(why); });
  const ItemWatch::AtWork at_work(watch, 12, [](std::uint64_t) -> std::string { throw std::runtime_error("no"); });
  begin_item(3);
  EXPECT_THAT(said.get_future().get(), StartsWith("dock: item 3 of chunk 12 has been in work"));
}

TEST(ItemWatch, CountsEachItemsOwnTime) {
  std::string said;
  {
    ItemWatch watch("dock", {.seconds = 0.4}, [&](const std::string& why) { said = why; });
    const ItemWatch::AtWork at_work(watch, 12, {});
    std::this_thread::sleep_for(milliseconds(300));  // no item yet
    for (int item = 0; item < 4; ++item) {
      begin_item(0);
      std::this_thread::sleep_for(milliseconds(150));
    }
  }
  EXPECT_EQ(said, "");
}

TEST(ItemWatch, SaysWhenThisProcessHoldsTooMuch) {
  std::promise<std::string> said;
  ItemWatch watch("dock", {.memory_bytes = own_memory_bytes() + (std::uint64_t{32} << 20U)},
                  [&](const std::string& why) { said.set_value(why); });
  const ItemWatch::AtWork at_work(watch, 12, {});
  const std::string eaten(std::size_t{64} << 20U, 'x');
  EXPECT_THAT(said.get_future().get(),
              ::testing::AllOf(StartsWith("dock: a rank holds "), HasSubstr("with 1 chunks in work")));
}

TEST(ItemWatch, RefusesABoundThatThisProcessExceedsBeforeItsWork) {
  try {
    const ItemWatch watch("dock", {.memory_bytes = 1}, [](const std::string&) {});
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("more than the 0.00 GiB it may take; hint: ask for more memory"));
  }
}

}  // namespace
}  // namespace digitalis
