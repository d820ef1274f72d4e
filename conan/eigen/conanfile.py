import sys
from pathlib import Path

from conan.tools.files import copy, save, unzip

from conan import ConanFile

# A wheel that carries Eigen's headers as released, from the index pip already uses. Only the
# headers are taken, so one wheel, named by its hash, serves every platform and Python.
WHEEL = "eigency==5.0.1.1 --hash=sha256:5a34a04a6039e067b7fe5ed4b876522fdbab81383b2f9286e94e45e15ae50676"
TAGS = "--platform manylinux2014_x86_64 --implementation cp --python-version 3.11 --abi cp311"


class Eigen(ConanFile):
    name, version, license = "eigen", "5.0.1", "MPL-2.0"
    package_type = "header-library"
    no_copy_source = True

    def source(self):
        save(self, "wheel.txt", WHEEL)
        self.run(f'"{sys.executable}" -m pip download --no-deps --only-binary :all: {TAGS} -r wheel.txt')
        (wheel,) = Path().glob("*.whl")
        unzip(self, str(wheel), pattern="eigency/eigen/*")

    def package(self):
        src, dst = Path(self.source_folder, "eigency", "eigen"), Path(self.package_folder)
        copy(self, "COPYING.*", src, dst / "licenses")
        copy(self, "Eigen/*", src, dst / "include")

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "Eigen3")
        self.cpp_info.set_property("cmake_target_name", "Eigen3::Eigen")
