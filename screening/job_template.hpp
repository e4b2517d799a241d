#pragma once
// slurm/job.sbatch.in, as it was when the program was built.

#include <string_view>

namespace digitalis {

[[nodiscard]] std::string_view job_template();

}  // namespace digitalis
