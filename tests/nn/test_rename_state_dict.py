"""Weights under the names that Hugging Face's models have, in a model with names of its own."""

import re

import dlcore as dl
import numpy as np
import pytest
import safetensors.numpy as safetensors
from dlcore import nn
from dlcore.nn.utils import rename_state_dict

WIDTH = 4


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        return x + self.out(nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True))


class Model(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.words = nn.Embedding(10, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(layers)])

    def forward(self, tokens):
        return self.blocks(self.words(tokens))


TO_GPT2 = {
    r"^words": "wte",
    r"^blocks": "h",
    r"\.norm\.": ".ln_1.",
    r"\.qkv\.": ".attn.c_attn.",
    r"\.out\.": ".attn.c_proj.",
    r"^": "transformer.",
}
FROM_GPT2 = {
    r"\.attn\.bias$": None,  # the causal mask, which their module keeps as a buffer
    r"^transformer\.": "",
    r"^wte": "words",
    r"^h\.(\d+)\.": r"blocks.\1.",
    r"\.ln_1\.": ".norm.",
    r"attn\.c_attn": "qkv",
    r"attn\.c_proj": "out",
}
FROM_BERT = {
    r"^bert\.embeddings\.word_embeddings": "words",
    r"^bert\.encoder\.layer\.(\d+)\.": r"blocks.\1.",
    r"attention\.self\.qkv": "qkv",
    r"attention\.output\.dense": "out",
    r"attention\.output\.LayerNorm": "norm",
    r"\.gamma$": ".weight",
    r"\.beta$": ".bias",
}


def test_gpt2_with_its_transposed_weights_through_a_file(tmp_path):
    source, target = Model(11), Model(11)  # layer 10 is not layer 1
    theirs = {name: x.numpy() for name, x in rename_state_dict(source.state_dict(), TO_GPT2).items()}
    assert {"transformer.wte.weight", "transformer.h.10.attn.c_attn.bias"} <= theirs.keys()
    for name in theirs:
        if re.search(r"c_(attn|proj)\.weight", name):
            theirs[name] = np.ascontiguousarray(theirs[name].T)  # Conv1D has (in, out)
    theirs |= {f"transformer.h.{i}.attn.bias": np.tril(np.ones((1, 1, 8, 8), "f")) for i in range(11)}
    safetensors.save_file(theirs, tmp_path / "gpt2.safetensors")

    state = dl.load(tmp_path / "gpt2.safetensors")
    target.load_state_dict(rename_state_dict(state, FROM_GPT2, transpose=[r"(qkv|out)\.weight"]))
    tokens = dl.randint(0, 10, (2, 6))
    np.testing.assert_array_equal(target(tokens).detach().numpy(), source(tokens).detach().numpy())


def test_bert_with_the_old_names_of_layer_norm():
    source, target = Model(2), Model(2)
    places = {
        "words.weight": "bert.embeddings.word_embeddings.weight",
        "norm.weight": "attention.output.LayerNorm.gamma",
        "norm.bias": "attention.output.LayerNorm.beta",
        "qkv.weight": "attention.self.qkv.weight",
        "qkv.bias": "attention.self.qkv.bias",
        "out.weight": "attention.output.dense.weight",
        "out.bias": "attention.output.dense.bias",
    }
    theirs = {}
    for name, tensor in source.state_dict().items():
        layer = re.match(r"blocks\.(\d+)\.(.*)", name)
        theirs[f"bert.encoder.layer.{layer[1]}.{places[layer[2]]}" if layer else places[name]] = tensor
    target.load_state_dict(rename_state_dict(theirs, FROM_BERT))
    tokens = dl.randint(0, 10, (2, 6))
    np.testing.assert_array_equal(target(tokens).detach().numpy(), source(tokens).detach().numpy())


def test_the_state_given_stays_as_it_is():
    state = {"a.w": dl.ones(2, 3), "b": dl.ones(1)}
    renamed = rename_state_dict(state, {"a": "c", "b": None}, transpose=["w", "c"])
    assert list(renamed) == ["c.w"]
    assert tuple(renamed["c.w"].shape) == (3, 2), "two patterns that match turn it once"
    assert list(state) == ["a.w", "b"]
    assert tuple(state["a.w"].shape) == (2, 3)


@pytest.mark.parametrize(
    ("rules", "transpose", "message"),
    [
        ({"typo": "x"}, [], "rename_state_dict: 'typo' matches none of 2 names"),
        ({"[ab]": "c"}, [], "rename_state_dict: 'a' and 'b' both become 'c'"),
        ({"a": "b"}, [], "rename_state_dict: 'a' and 'b' both become 'b'"),
        ({}, ["typo"], "rename_state_dict: 'typo' matches none of 2 new names"),
        ({}, ["b"], "rename_state_dict: 'b' expected a matrix, got shape (2,)"),
    ],
)
def test_rules_that_do_not_fit(rules, transpose, message):
    state = {"a": dl.ones(2, 2), "b": dl.ones(2)}
    with pytest.raises(ValueError, match=re.escape(message)):
        rename_state_dict(state, rules, transpose)


def test_names_may_be_exchanged():
    state = rename_state_dict({"a": dl.tensor(1), "b": dl.tensor(2)}, {"^a$": "x", "^b$": "a", "^x$": "b"})
    assert {name: tensor.item() for name, tensor in state.items()} == {"b": 1, "a": 2}
