# Copyright the Digitalis developers. BSD-3-Clause.
from spack.package import *


class Digitalis(CMakePackage):
    """Screens compound libraries against protein targets, from a laptop to a Slurm cluster."""

    homepage = "https://github.com/digitalis-screening/digitalis"
    git = "https://github.com/digitalis-screening/digitalis.git"

    license("BSD-3-Clause")

    version("main", branch="main")

    variant("report", default=True, description="Bundle the report page (needs node and npm when it is built)")
    variant("jemalloc", default=True, description="Link jemalloc")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("node-js@18:", type="build", when="+report")
    depends_on("npm", type="build", when="+report")

    depends_on("rdkit@2022_09:")
    depends_on("openmpi@4.1:")
    depends_on("intel-oneapi-tbb@2021:")
    depends_on("boost@1.74: +program_options +iostreams +serialization")
    depends_on("tomlplusplus@3:")
    depends_on("nlohmann-json@3.11:")
    depends_on("highway@1:")
    depends_on("xxhash")
    depends_on("openssl@3:")
    depends_on("sqlite@3")
    depends_on("spdlog@1.10:")
    depends_on("zlib-api")
    depends_on("bzip2")
    depends_on("zstd")
    depends_on("gemmi")
    depends_on("pegtl")
    depends_on("random123")
    depends_on("jemalloc", when="+jemalloc")

    generator("ninja")

    def cmake_args(self):
        return [
            self.define("DIGITALIS_TESTS", False),
            self.define_from_variant("DIGITALIS_REPORT", "report"),
            self.define_from_variant("DIGITALIS_JEMALLOC", "jemalloc"),
        ]
