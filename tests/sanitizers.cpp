// What the sanitizers must not report, for test programs that use oneTBB or MPI: the system's builds of these libraries
// are not compiled with a sanitizer. Builds without one never call these functions.

extern "C" {

const char* __tsan_default_suppressions() {
  return
      // The sanitizer does not see that a token handed from thread to thread, or the end of a pipeline, orders what
      // comes before with what comes after.
      "race:tbb::detail\n"
      "race:libtbb.so\n"
      // The same for what a pipeline's threads have read and its owner frees after its end; here the threads' stacks, in which
      // TBB would stand, are lost in long computations.
      "race:digitalis::SiteMaps::~SiteMaps\n"
      "race:digitalis::DockingSite::~DockingSite\n"
      // A progress thread of PMIx and the main thread talk through atomics and condition variables of their own.
      "race:libopen-pal.so\n"
      "race:libopen-rte.so\n"
      "race:libpmix.so\n"
      "race:mca_\n"
      "mutex:libmpi.so\n"
      "mutex:mca_\n";
}

// Suppressions match call stacks; with a short history the older of two stacks is often lost.
const char* __tsan_default_options() { return "history_size=7"; }

const char* __lsan_default_suppressions() {
  return
      // Open MPI, its runtime and its plug-ins keep their tables until the process ends.
      "leak:libmpi.so\n"
      "leak:libopen-pal.so\n"
      "leak:libopen-rte.so\n"
      "leak:libpmix.so\n"
      "leak:mca_\n"
      "leak:libhwloc.so\n"
      "leak:libevent\n";
}

// Their stacks can only be walked with unwind tables: they have no frame pointers.
const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
}
