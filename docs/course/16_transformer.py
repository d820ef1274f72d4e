r"""
16. The Transformer
===================

A sequence goes in, another one comes out, and the machine decides how long it is. The **encoder** is self-attention
over the input. The **decoder** writes one token after the other: it attends to what it has written so far, and to the
encoder's result.

.. math:: p(y \mid x) = \prod_t p(y_t \mid y_{<t}, x)

In training the right tokens so far are given (teacher forcing), so all positions are learnt at the same time. In use
the model reads its own, until it writes the end token.
"""

# %%
# Numbers into words
# ------------------
# 742 is *seven hundred forty two*, 700 is *seven hundred* and 12 is *twelve*: the answer's length depends on what is
# said. It learns from 700 of the numbers below 1,000, and is tested on the other 300.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models

ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()
ONES += "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = ["<pad>", "<start>", "<end>", *ONES, *TENS, "hundred"]
PAD, START, END = range(3)


def words_of(number):
    """Say a number below 1,000."""
    hundreds, rest = divmod(number, 100)
    words = [ONES[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        words += [TENS[rest // 10 - 2]] + [ONES[rest % 10]] * bool(rest % 10)
    elif rest or not hundreds:
        words.append(ONES[rest])
    return words


def tokens_of(number):
    """Return the digits, 1 more than they are so that 0 is padding, and the words."""
    digits = [int(digit) + 1 for digit in str(number)]
    words = [START, *(WORDS.index(word) for word in words_of(number)), END]
    return digits + [PAD] * (3 - len(digits)), words + [PAD] * (6 - len(words))


digits, words = (
    dl.tensor(list(part)) for part in zip(*map(tokens_of, range(1000)), strict=True)
)
order = dl.randperm(1000, generator=dl.Generator().manual_seed(0))
learnt, unseen = order[:700], order[700:]

# %%
# Training
# --------

dl.manual_seed(0)
model = models.Seq2SeqTransformer(
    11, len(WORDS), 64, 4, 1, 1, 128, dropout=0.0, padding_idx=PAD
)
optimizer = dl.optim.Adam(model.parameters(), lr=2e-3)
for _ in range(40):
    for batch in learnt[dl.randperm(700)].split(50):
        loss = model.loss(digits[batch], words[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
print(f"loss {loss.item():.4f}")

# %%
# Writing
# -------

found = model.eval().generate(digits[unseen], start=START, end=END, max_new_tokens=5)


def said(tokens):
    """Return the words before the end."""
    words = [WORDS[token] for token in tokens if token not in (PAD, START)]
    return " ".join(words[: words.index("<end>")] if "<end>" in words else words)


right = [
    said(row) == " ".join(words_of(n))
    for row, n in zip(found.tokens.tolist(), unseen.tolist(), strict=True)
]
print(f"{sum(right)} of {len(right)} numbers that it has not seen are right, such as")
for row, number in zip(found.tokens[:4].tolist(), unseen[:4].tolist(), strict=True):
    print(f"  {number:3d} {said(row)}")

# %%
# Where each word looks. Nobody told it which digit belongs to which word.

number = 742
with dl.no_grad(), models.attention_maps(model) as maps:
    model(digits[number : number + 1], words[number : number + 1, :-1])
(weights,) = (map for name, map in maps.items() if name.endswith("multihead_attn"))
figure, all_axes = plt.subplots(1, 4, figsize=(5, 2), layout="constrained", sharey=True)
for head, axes in enumerate(all_axes):
    axes.imshow(weights[0, head].numpy(), vmin=0, vmax=1)
    axes.set(title=f"head {head + 1}", xticks=range(3), xticklabels=list(str(number)))
all_axes[0].set(yticks=range(5), yticklabels=[*words_of(number), "<end>"])

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.models.Seq2SeqTransformer`, :func:`~dlcore.models.generate`, :class:`~dlcore.nn.Transformer`.
# **Models:** :doc:`/models/transformers`: beam search, all tokens at once, language models.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/translation.py` and `examples/phonemes.py`.
