#pragma once
// Which item of its chunk a thread works on: what tells a molecule that crashes, hangs or eats memory from the others.

#include <cstdint>

namespace digitalis {

/// To be called by StagePlan::work before it begins an item of its task; the last one ends with the task. Costs tens of
/// nanoseconds. In a quarantined process it also tells the parent. Safe to call from any thread that works on a task.
void begin_item(std::uint64_t item);

}  // namespace digitalis
