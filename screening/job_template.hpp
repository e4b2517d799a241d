#pragma once
// slurm/job.sbatch.in and slurm/array.sbatch.in, as they were when the program was built.

#include <string_view>

namespace digitalis {

[[nodiscard]] std::string_view job_template();
[[nodiscard]] std::string_view array_template();

}  // namespace digitalis
