// What the sanitizers must not say about RDKit 2022.09, which is not compiled with them. Builds without one never call
// these functions.

extern "C" {

const char* __lsan_default_suppressions();
const char* __tsan_default_options();

// It leaks the half-built molecule when a mol block is malformed: not ours to free, and every test of a bad record
// would fail.
const char* __lsan_default_suppressions() { return "leak:libRDKitFileParsers\nleak:libRDKitGraphMol\n"; }

// It holds one lock per recursive query of a SMARTS while it matches: more than the 64 that the deadlock detector has
// room for, which then ends the process with a failed check of its own. Races are still looked for.
const char* __tsan_default_options() { return "detect_deadlocks=0"; }
}
