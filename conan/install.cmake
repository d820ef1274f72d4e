# Installs what conanfile.txt asks for into the build tree, where find_package() then finds it.
# Conan has a home of its own there (.conanrc outranks CONAN_HOME and ~/.conan2), makes its packages
# from the recipes beside this file and asks no remote, so the one thing a build needs from outside is
# the index that pip itself uses.
set(dir ${PROJECT_BINARY_DIR}/conan)
file(CONFIGURE OUTPUT ${dir}/.conanrc CONTENT "conan_home=./home\n")

# Beside the interpreter too: venv/bin/pip runs without venv/bin on the PATH. Not cached, because
# the environment that pip isolates a build in is gone the next time this build folder is used.
get_filename_component(bin "${Python_EXECUTABLE}" DIRECTORY)
find_program(conan conan PATHS ${bin} NO_CACHE REQUIRED)

execute_process(COMMAND_ERROR_IS_FATAL ANY WORKING_DIRECTORY ${dir}
  COMMAND ${conan} export ${CMAKE_CURRENT_LIST_DIR}/eigen)
# The deployer copies the headers to a path without a random part: compiler caches depend on it.
execute_process(COMMAND_ERROR_IS_FATAL ANY WORKING_DIRECTORY ${dir}
  COMMAND ${conan} install ${PROJECT_SOURCE_DIR} --no-remote --build=missing
    --profile:all=${CMAKE_CURRENT_LIST_DIR}/profile --settings:all=build_type=${CMAKE_BUILD_TYPE}
    --output-folder=${dir} --deployer=direct_deploy)

list(PREPEND CMAKE_PREFIX_PATH ${dir})
