"""Translate what stands on buttons and in messages, from English to French.

    python examples/translation.py

The sentences are real: messages of Django and Wagtail and their translations by people. A Transformer learns from a few
thousand of them, in pieces of words that a vocabulary of their own is made of; in training, words are cut differently
each time. What is filled into a message (`%(title)s`) is one symbol. Its translations of other messages are compared
with those by two simpler means: word by word, with the dictionary that IBM's model 1 makes of the same messages, and
the translation of the message that has most words in common. The picture shows attention in messages that came out
right, and the first translations of the test, right or wrong.
"""

import argparse
import io
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import polib
import sacrebleu
import sentencepiece
from dlcore.models import Seq2SeqTransformer
from real_data import DataUnavailableError, members, read
from sequences import END, PADDING, START, attention_of, batches, draw_attention, draw_losses, token_loss, train, write

WORDS = range(2, 13)  # how many words a sentence of the test has
FILLED = "①②③④⑤⑥⑦⑧⑨"  # what is filled in, in the order of the English message
SIMPLE = {0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2026: "...", 0xA0: " ", 0x202F: " "}  # for typographic signs
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{[\w.]*\}")
REQUIRED_GAIN = 5.0  # of BLEU, over the better of the simpler means


def messages():
    """Yield English messages and their French translations."""
    for package in ("django", "wagtail"):
        for member in members(package, ".po"):
            if "/locale/fr/LC_MESSAGES/" not in member:
                continue
            for entry in polib.pofile(read(package, member).decode()).translated_entries():
                if not entry.msgid_plural:
                    yield entry.msgid, entry.msgstr
                else:
                    yield entry.msgid, entry.msgstr_plural[0]
                    yield entry.msgid_plural, entry.msgstr_plural[max(entry.msgstr_plural)]


def plain(text, names):
    """Return a text with simple quotes and spaces and a symbol for each name filled in, or None for a stranger."""
    text = text.translate(SIMPLE)
    for name in PLACEHOLDER.findall(text):
        if name not in names:
            return None
        text = text.replace(name, FILLED[names.index(name)], 1)
    return " ".join(text.split())


def load_sentences():
    """Return pairs of sentences, each English one once; without markup, and without long ones."""
    pairs = {}
    for english, french in messages():
        names = PLACEHOLDER.findall(english)
        if "<" in english or "%%" in english or len(set(names)) < len(names) or len(names) > len(FILLED):
            continue
        source, target = plain(english, names), plain(french, names)
        if source and target and len(source.split()) < WORDS.stop and len(target.split()) < 2 * WORDS.stop:
            pairs.setdefault(source, target)
    return sorted(pairs.items())


def words_of(text):
    """Return the words of a text in small letters, with other signs as words of their own."""
    return re.findall(r"\w+(?:'(?=\w))?|[^\w\s]", text.lower())


def split(pairs, seed, quick):
    """Return pairs to learn from, and to test: sentences that differ in more than case and signs."""
    groups = defaultdict(list)
    for pair in pairs:
        groups[" ".join(word for word in words_of(pair[0]) if word[0].isalnum())].append(pair)
    groups = [groups[key] for key in sorted(groups)]
    order = np.random.default_rng(seed).permutation(len(groups))
    test, training = [], []
    for i in order:
        is_sentence = len(groups[i][0][0].split()) in WORDS
        (test if is_sentence and len(test) < 300 else training).extend(groups[i])
    return (training[:200], test[:20]) if quick else (training, test)


class Pieces:
    """A vocabulary of pieces of words, English and French together."""

    def __init__(self, texts, size, seed):
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=size,
            hard_vocab_limit=False,
            character_coverage=1.0,
            normalization_rule_name="identity",
            user_defined_symbols=list(FILLED),
            pad_id=PADDING,
            bos_id=START,
            eos_id=END,
            unk_id=END + 1,
            num_threads=1,
            minloglevel=2,
        )
        sentencepiece.set_random_generator_seed(seed)
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())

    def __len__(self):
        return self.processor.get_piece_size()

    def encode(self, text, sampled=False):
        """Return numbers of the most likely pieces, or of some that are drawn by how likely they are."""
        if sampled:
            return self.processor.encode(text, enable_sampling=True, nbest_size=-1, alpha=0.5)
        return self.processor.encode(text)

    def decode(self, numbers):
        """Return the text of pieces."""
        return self.processor.decode(numbers)

    def names(self, numbers):
        """Return how each piece is written."""
        return [self.processor.id_to_piece(number) for number in numbers]


class Sentences(dl.data.Dataset):
    """Pairs as numbers, cut into pieces anew each time."""

    def __init__(self, pairs, pieces):
        self.pairs, self.pieces = pairs, pieces

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        source, target = (self.pieces.encode(text, sampled=True) for text in self.pairs[index])
        return np.array(source), np.array([START, *target, END])


def dictionary(pairs, rounds=8):
    """Return the most likely French word of each English one, by IBM's model 1 (Brown et al., 1993)."""
    texts = [(words_of(english), words_of(french)) for english, french in pairs]
    likely = defaultdict(lambda: 1.0)
    for _ in range(rounds):
        counts, totals = Counter(), Counter()
        for english, french in texts:
            for f in french:
                total = sum(likely[e, f] for e in english)
                for e in english:
                    counts[e, f] += likely[e, f] / total
                    totals[e] += likely[e, f] / total
        likely = defaultdict(float, {(e, f): count / totals[e] for (e, f), count in counts.items()})
    best = {}
    for (e, f), p in likely.items():
        if p > best.get(e, ("", 0.0))[1]:
            best[e] = f, p
    return {e: f for e, (f, _) in best.items()}


def word_by_word(pairs, sources):
    """Translate by a dictionary; what is not in it stays as it is."""
    french = dictionary(pairs)
    texts = (" ".join(french.get(word, word) for word in words_of(source)).replace("' ", "'") for source in sources)
    return [text[:1].upper() + text[1:] for text in texts]


def most_alike(pairs, sources):
    """Translate as the sentence was that has most words in common: the share of those that either has."""
    known = [(set(words_of(english)), french) for english, french in pairs]
    found = []
    for source in sources:
        own = set(words_of(source))
        found.append(max(known, key=lambda pair: len(own & pair[0]) / len(own | pair[0]))[1])
    return found


def scores(answers, wanted):
    """Return BLEU and how many translations are just those that people made, in percent."""
    bleu = sacrebleu.corpus_bleu(answers, [wanted])
    return bleu.score, 100 * np.mean([answer == one for answer, one in zip(answers, wanted, strict=True)])


def draw(losses, results, maps, samples, path):
    """Draw the loss, what the model looks at, and translations."""
    figure = plt.figure(figsize=(15, 10), layout="constrained")
    axes = figure.subplot_mosaic([["loss", *range(len(maps))], ["text"] * (1 + len(maps))])
    draw_losses(axes["loss"], {"Transformer": losses})
    for i, (source, target, weights) in enumerate(maps):
        draw_attention(axes[i], weights, source, target)
        axes[i].tick_params(axis="x", rotation=90)
        axes[i].set_title("Looked at (across) for each piece (down)", fontsize=9)
    lines = ["BLEU: " + ", ".join(f"{name} {bleu:.1f}" for name, (bleu, _) in results.items()), ""]
    for source, answer, wanted in samples:
        lines += [source, f"    {answer}", f"    {'(the same)' if answer == wanted else '(people: ' + wanted + ')'}"]
    axes["text"].text(0, 1, "\n".join(lines), va="top", fontsize=10, parse_math=False)
    axes["text"].axis("off")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train, translate, compare, draw; return 1 where data is missing or the Transformer is not clearly better."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=80)
    arguments.add_argument("--minutes", type=float, default=10, help="of training at most")
    arguments.add_argument("--beams", type=int, default=4, help="hypotheses that are followed at once")
    arguments.add_argument("--quick", action="store_true", help="an epoch on 200 sentences, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    try:
        pairs = load_sentences()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    training, test = split(pairs, options.seed, options.quick)
    sources, wanted = [english for english, _ in test], [french for _, french in test]
    print(f"{len(training)} sentences to learn from, {len(test)} to test")

    pieces = Pieces([text for pair in training for text in pair], 300 if options.quick else 1500, options.seed)
    dl.manual_seed(options.seed)
    model = Seq2SeqTransformer(
        len(pieces), len(pieces), 128, 4, 2, 2, 512, 0.2, norm_first=True, padding_idx=PADDING, share_embeddings=True
    )
    loader = batches(Sentences(training, pieces), [len(pieces.encode(english)) for english, _ in training], 32)
    minutes, losses, _ = train(
        model, loader, token_loss, 1 if options.quick else options.epochs, rate=2e-3, minutes=options.minutes
    )
    print(f"Transformer: {sum(p.numel() for p in model.parameters())} parameters, {len(losses)} steps "
          f"in {minutes:.1f} minutes on {dl.get_num_threads()} threads")  # fmt: skip

    encoded = [np.array(pieces.encode(source)) for source in sources]
    written = write(model, encoded, options.beams)
    answers = [pieces.decode(answer) for answer in written]
    results = {
        "word by word": scores(word_by_word(training, sources), wanted),
        "most alike": scores(most_alike(training, sources), wanted),
        "Transformer": scores(answers, wanted),
    }
    for name, (bleu, same) in results.items():
        print(f"{name:>12}: BLEU {bleu:.1f}, {same:.1f} % as people did it")
    samples = list(zip(sources, answers, wanted, strict=True))
    for source, answer, one in samples[:10]:
        print(f"  {source} -> {answer}   ({one})")

    order = sorted(range(len(test)), key=lambda i: answers[i] != wanted[i])  # some that came out well
    chosen = [i for i in order if 6 < len(encoded[i]) < 13 and written[i]][:3]
    maps = [
        (
            pieces.names(encoded[i].tolist()),
            [*pieces.names(written[i]), "end"],
            attention_of(model, encoded[i], written[i]),
        )
        for i in chosen
    ]
    path = options.out / "translation.png"
    draw(losses, results, maps, samples[:9], path)
    print(f"see {path}")
    simpler = max(results["word by word"][0], results["most alike"][0])
    if not options.quick and results["Transformer"][0] < simpler + REQUIRED_GAIN:
        print(f"expected {REQUIRED_GAIN} BLEU more than {simpler:.1f}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
