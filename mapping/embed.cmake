# Writes ${OUTPUT}: every package file put into the program as it is (.incbin).
function(embed_packages folder output)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*/package.toml ${folder}/*/*.csv)
    list(SORT files)
    set(blobs "")
    set(declarations "")
    set(rows "")
    set(number 0)
    foreach(file IN LISTS files)
        file(RELATIVE_PATH name ${folder} ${file})
        string(APPEND blobs "    \".global puente_package_${number}_begin\\npuente_package_${number}_begin:\\n\"\n")
        string(APPEND blobs "    \".incbin \\\"${file}\\\"\\n\"\n")
        string(APPEND blobs "    \".global puente_package_${number}_end\\npuente_package_${number}_end:\\n\"\n")
        string(APPEND declarations "extern const char puente_package_${number}_begin[];\n")
        string(APPEND declarations "extern const char puente_package_${number}_end[];\n")
        string(APPEND rows "        {\"${name}\", {puente_package_${number}_begin, puente_package_${number}_end}},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    file(CONFIGURE OUTPUT ${output} CONTENT [=[
#include "mapping/built_in.hpp"

#include <array>

__asm__(
    ".section .rodata\n"
@blobs@    ".byte 0\n"
    ".text\n");

extern "C" {
@declarations@}

namespace mapping {

std::span<const BuiltInFile> built_in_files() noexcept
{
    static const std::array<BuiltInFile, @number@> files{{
@rows@    }};
    return files;
}

}  // namespace mapping
]=] @ONLY)
    set_source_files_properties(${output} PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()
