"""Whole layers and models, with the modules that a library has for them."""

from .case import Step

D, HEADS, HIDDEN = 256, 8, 1024


def encoder_layer(lib, compiled):
    """TransformerEncoderLayer(256, 8, 1024) on (16, 128, 256) in training: forward, backward."""
    lib.manual_seed(0)
    layer = lib.nn.TransformerEncoderLayer(D, HEADS, HIDDEN, batch_first=True)
    x = lib.randn(16, 128, D).requires_grad_()
    leaves, call = [x, *layer.parameters()], compiled(layer)

    def work():
        for leaf in leaves:
            leaf.grad = None
        call(x).sum().backward()

    return work


def generate(lib, _, words=1000, tokens=64, sentences=4):
    """64 tokens of 4 sentences, greedily, by a decoder of 6 layers that attends to 32 vectors.

    PyTorch's decoder has no cache of keys and values, so it reads everything anew for each token; its compiler would
    compile it anew, too.
    """
    lib.manual_seed(0)
    nn = lib.nn
    layer = nn.TransformerDecoderLayer(D, HEADS, HIDDEN, batch_first=True)
    decoder, embedding = nn.TransformerDecoder(layer, 6).eval(), nn.Embedding(words, D)
    output, memory = nn.Linear(D, words), lib.randn(sentences, 32, D)
    start = lib.zeros(sentences, 1, dtype=lib.int64)

    def cached():
        from dlcore.models import CachedState
        from dlcore.models import generate as generated

        caches = decoder.start(memory)
        state = CachedState(lambda new, _: output(decoder.extend(embedding(new), caches)[:, -1]), caches)
        return generated(state, start, tokens)

    def anew():
        written = start
        for t in range(1, tokens + 1):
            hidden = decoder(embedding(written), memory, masks[t], tgt_is_causal=True)
            written = lib.cat([written, output(hidden[:, -1]).argmax(-1, keepdim=True)], 1)
        return written

    if lib.__name__ == "dlcore":
        return lib.no_grad()(cached)
    masks = [nn.Transformer.generate_square_subsequent_mask(t) for t in range(tokens + 1)]
    return lib.no_grad()(anew)


CASES = [Step("model/encoder_layer", encoder_layer, compiles=True), Step("model/generate_64", generate)]
