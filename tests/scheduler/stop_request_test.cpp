#include "scheduler/stop_request.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace digitalis {
namespace {

class StopRequest : public ::testing::Test {
 protected:
  StopRequest() {
    request_stop(StopKind::kNone);
    watch_stop_signals();
  }
  ~StopRequest() override {
    for (const int signal_number : {SIGUSR1, SIGINT, SIGTERM}) ::signal(signal_number, SIG_DFL);
    request_stop(StopKind::kNone);
  }
};

TEST_F(StopRequest, IsNotThereAtFirst) { EXPECT_EQ(stop_requested(), StopKind::kNone); }

TEST_F(StopRequest, BySigusr1FinishesChunks) {
  raise(SIGUSR1);
  EXPECT_EQ(stop_requested(), StopKind::kFinishChunks);
}

TEST_F(StopRequest, BySigtermAbandonsChunks) {
  raise(SIGTERM);
  EXPECT_EQ(stop_requested(), StopKind::kAbandonChunks);
}

TEST_F(StopRequest, ByCtrlCFinishesChunksAndByAnotherAbandonsThem) {
  raise(SIGINT);
  EXPECT_EQ(stop_requested(), StopKind::kFinishChunks);
  raise(SIGINT);
  EXPECT_EQ(stop_requested(), StopKind::kAbandonChunks);
}

TEST_F(StopRequest, ByAThirdCtrlCEndsTheProcess) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the thread sanitizer delivers signals itself and does not end the process";
#endif
  EXPECT_EXIT(
      {
        for (int i = 0; i < 3; ++i) raise(SIGINT);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

TEST_F(StopRequest, OnlyGrows) {
  raise(SIGTERM);
  raise(SIGUSR1);
  request_stop(StopKind::kFinishChunks);
  EXPECT_EQ(stop_requested(), StopKind::kAbandonChunks);
}

}  // namespace
}  // namespace digitalis
