#pragma once
// What the benchmarks time with.

#include <algorithm>
#include <ctime>

namespace digitalis {

/// Seconds that this thread has computed.
inline double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The least of several rounds' times: what disturbs a round only adds.
template <class Work>
double least_s(int rounds, const Work& work) {
  double least = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpu_s();
    work();
    least = std::min(least, cpu_s() - start);
  }
  return least;
}

}  // namespace digitalis
