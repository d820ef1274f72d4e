"""Let code in a text link to what it names: `nn.Linear`, `F.cross_entropy(scores, y)`, `SGD(momentum=0.9)`.

A name counts with its module, as people write it, or alone where it is a class of whose name there is one. A name with
a module that the reference does not have is a warning, as for a role.
"""

import re
from collections import Counter

import dlcore
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

logger = logging.getLogger(__name__)
NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*")
CALL = re.compile(r"\(.*\)$", re.DOTALL)
SHORT = {"dl": "dlcore", "dlcore": "dlcore", "F": "dlcore.nn.functional"}
SHORT |= {name: f"dlcore.{name}" for name in (*dlcore._MODULES, "autograd")}


class ApiLinks(SphinxPostTransform):
    """Makes links of the code of a page."""

    default_priority = 15

    def run(self, **kwargs) -> None:
        """Look at each piece of code that is no link yet, nor in a title."""
        names = {
            n: e for n, e in self.env.domains.python_domain.objects.items() if not e.aliased
        }
        ends = [
            name.rsplit(".", 1) for name, entry in names.items() if entry.objtype == "class"
        ]
        unique = {
            end for end, count in Counter(end for _, end in ends).items() if count == 1
        }
        classes = {
            end: f"{start}.{end}"
            for start, end in ends
            if end in unique and end[0].isupper()
        }
        for code in list(self.document.findall(nodes.literal)):
            text = CALL.sub("", code.astext())
            if NAME.fullmatch(text) and not isinstance(
                code.parent, (nodes.reference, nodes.title)
            ):
                self._link(code, text, names, classes)

    def _link(
        self, code: nodes.literal, text: str, names: dict, classes: dict[str, str]
    ) -> None:
        first, _, rest = text.partition(".")
        with_module = first in SHORT and bool(rest)
        name = (
            f"{SHORT[first]}.{rest}"
            if with_module
            else text.replace(first, classes.get(first, first), 1)
        )
        if entry := names.get(name):
            builder, here = self.app.builder, self.env.docname
            link = make_refnode(
                builder, here, entry.docname, entry.node_id, code.deepcopy(), name
            )
            code.replace_self(link)
        elif with_module:
            logger.warning(
                "the reference has no %s", name, location=code, type="ref", subtype="api"
            )


def setup(app):
    """Add the links once all names are known."""
    app.add_post_transform(ApiLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
