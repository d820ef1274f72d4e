"""Let tables that are too wide for a narrow screen become one block a row there.

Each cell gets its column's heading, which `narrow.css` shows there alone, in place of the table's head.
"""

from docutils import nodes

ROOM = 60  # characters, in the longest cells of three columns and more; two columns are narrow enough


def add_headings(app, doctree: nodes.document, docname: str) -> None:
    """Mark the wide tables of a page, and put headings into their cells."""
    for table in doctree.findall(nodes.table):
        rows = [[entry.astext() for entry in row] for row in table.findall(nodes.row)]
        longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
        if table.next_node(nodes.thead) is None or len(longest) < 3 or sum(longest) <= ROOM:
            continue
        table["classes"].append("narrow")
        for row in table.next_node(nodes.tbody).findall(nodes.row):
            for entry, heading in zip(row.children, rows[0], strict=True):
                if entry.astext():
                    entry.children[0].insert(
                        0, nodes.inline("", heading, classes=["heading"])
                    )


def setup(app):
    """Go through the tables once pages are read."""
    app.connect("doctree-resolved", add_headings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
