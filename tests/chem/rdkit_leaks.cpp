// RDKit 2022.09 leaks the half-built molecule when a mol block is malformed. Not ours to free: the leak sanitizer is
// told so, or every test of a bad record would fail.

extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libRDKitFileParsers\nleak:libRDKitGraphMol\n"; }
