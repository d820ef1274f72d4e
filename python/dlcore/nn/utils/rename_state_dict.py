"""The weights of one library under the names of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..._core import Tensor


def rename_state_dict(
    state_dict: Mapping[str, Tensor], rules: Mapping[str, str | None], transpose: Iterable[str] = ()
) -> dict[str, Tensor]:
    r"""Give the tensors of a state the names that another model has for them.

    Args:
        state_dict: tensors by name.
        rules: regular expressions, and what `re.sub` puts in the place of what they match; they apply in order, each to
            what those before it made of the name. None leaves out the tensors whose names match.
        transpose: regular expressions; matrices whose new names match are transposed, as GPT-2's `Conv1D` weights
            (in, out) have to be for `Linear` (out, in).

    Returns:
        A new dictionary, in the same order; the tensors share their storage with those given.

    Raises:
        ValueError: a rule matches no name, two tensors get one name, or what is to be transposed is no matrix.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import rename_state_dict
        >>> state = {"transformer.h.0.mlp.c_fc.weight": dl.zeros(2, 8), "transformer.h.0.attn.bias": dl.zeros(1)}
        >>> rules = {r"attn\.bias$": None, r"^transformer\.": "", r"^h\.(\d+)\.mlp\.c_fc": r"blocks.\1.hidden"}
        >>> {name: tuple(x.shape) for name, x in rename_state_dict(state, rules, [r"hidden\.weight"]).items()}
        {'blocks.0.hidden.weight': (8, 2)}
    """
    names: dict[str, str] = {name: name for name in state_dict}
    for pattern, replacement in rules.items():
        matching = [name for name, new in names.items() if re.search(pattern, new)]
        if not matching:
            raise ValueError(f"rename_state_dict: {pattern!r} matches none of {len(names)} names")
        for name in matching:
            if replacement is None:
                del names[name]
            else:
                names[name] = re.sub(pattern, replacement, names[name])

    origin: dict[str, str] = {}
    for name, new in names.items():
        if new in origin:
            raise ValueError(f"rename_state_dict: {origin[new]!r} and {name!r} both become {new!r}")
        origin[new] = name
    renamed = {new: state_dict[name] for new, name in origin.items()}

    turned: set[str] = set()
    for pattern in transpose:
        matching = {new for new in renamed if re.search(pattern, new)}
        if not matching:
            raise ValueError(f"rename_state_dict: {pattern!r} matches none of {len(renamed)} new names")
        turned |= matching
    for new in sorted(turned):
        if renamed[new].dim() != 2:
            raise ValueError(f"rename_state_dict: {new!r} expected a matrix, got shape {tuple(renamed[new].shape)}")
        renamed[new] = renamed[new].T
    return renamed
