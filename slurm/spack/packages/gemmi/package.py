# Copyright the Digitalis developers. BSD-3-Clause.
from spack.package import *


class Gemmi(CMakePackage):
    """Macromolecular crystallography library: PDB and mmCIF. Spack's own list has only its Python package."""

    homepage = "https://gemmi.readthedocs.io"
    git = "https://github.com/project-gemmi/gemmi.git"

    license("MPL-2.0")

    version("0.5.7", tag="v0.5.7")

    depends_on("cxx", type="build")
    depends_on("cmake@3.15:", type="build")
    depends_on("zlib-api")
