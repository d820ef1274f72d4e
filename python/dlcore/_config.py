from . import _core

__version__: str = _core.build_info()["version"]


def show_config() -> None:
    """Print the version, the instruction set in use and what this build of dlcore works with.

    The dynamic loader takes the best of the installed builds that the processor runs. To force a lower one, hide
    features from it before Python starts: ``GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F`` gives x86-64-v3, and
    ``GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX2`` gives x86-64-v2.

    Example:
        >>> import dlcore
        >>> dlcore.show_config()  # doctest: +ELLIPSIS
        dlcore ...
          level    ...
          simd     ...
          eigen    ...
          threads  ...
    """
    info = {**_core.build_info(), "threads": _core.get_num_threads()}
    print(f"dlcore {info.pop('version')}")
    for name, value in info.items():
        print(f"  {name:<8} {value}")
