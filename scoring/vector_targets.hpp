#pragma once
// The instruction sets that kernels are compiled for: all that Highway knows but those whose vectors have no fixed size,
// since vectors are members of our types; Arm has NEON besides. To be included before any header of Highway.

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
