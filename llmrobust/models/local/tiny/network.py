"""The tiny model's network in numpy: a Llama of four small layers (Touvron et al. 2023), computed in float32.

`hf:` with the folder of its weights computes the same with transformers, which tests compare with it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAR = np.float32(-1e9)
"""What is added to the attention that a token must not pay."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's weights, as matrices that rows of states are multiplied with.

    attention: (width, 3 * width), for queries, keys and values. output: (width, width). gates: (width, 2 * inner), for
    the gate and what it lets through. down: (inner, width). before_attention, before_gates: (width,), norms.
    """

    before_attention: Floats
    attention: Floats
    output: Floats
    before_gates: Floats
    gates: Floats
    down: Floats


@dataclass(slots=True)
class Memory:
    """What the network remembers of a batch: keys and values of each layer, (rows, heads, room, head size).

    valid: (rows, room), which places hold a token. size: how many places are filled.
    """

    keys: list[Floats]
    values: list[Floats]
    valid: Flags
    size: int = 0

    def taken(self, rows: Sequence[int] | Ints, room: int) -> Memory:
        """The memory of some rows, each as often as it is named, with room for so many places."""
        return Memory(
            [_with_room(one[rows], room) for one in self.keys],
            [_with_room(one[rows], room) for one in self.values],
            np.pad(self.valid[rows][:, : self.size], ((0, 0), (0, room - self.size))),
            self.size,
        )


class Network:
    """The weights of a folder, ready to compute."""

    def __init__(self, folder: Path):
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.context = int(config["max_position_embeddings"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config["rms_norm_eps"])
        weights = read_safetensors(folder / "model.safetensors")
        self._embedding = weights["model.embed_tokens.weight"]
        self._norm = weights["model.norm.weight"]
        self._vocabulary = np.ascontiguousarray(weights["lm_head.weight"].T)
        self._layers = [_layer(weights, f"model.layers.{i}.") for i in range(int(config["num_hidden_layers"]))]
        size = self._embedding.shape[1] // self._heads
        inverse = 1.0 / np.float32(config["rope_parameters"]["rope_theta"]) ** (
            np.arange(0, size, 2, dtype=np.float32) / np.float32(size)
        )
        angles = np.arange(self.context, dtype=np.float32)[:, None] * inverse.astype(np.float32)
        self._cosines, self._sines = np.cos(angles), np.sin(angles)

    def memory(self, rows: int, room: int) -> Memory:
        """An empty memory for a batch."""
        shape = (rows, self._heads, room, self._embedding.shape[1] // self._heads)
        empty = [[np.zeros(shape, np.float32) for _ in self._layers] for _ in range(2)]
        return Memory(empty[0], empty[1], np.zeros((rows, room), np.bool_))

    def logprobs(self, ids: Ints, valid: Flags, memory: Memory, at: Ints | None = None) -> Floats:
        """(rows, vocabulary): natural log-probabilities of the token after each row, in float32.

        ids: (rows, tokens) that follow what the memory holds, which takes them in. valid: (rows, tokens), False for
        padding. at: (rows,), the token of each row that the answer follows; the last one without.
        """
        states = self._states(ids, valid, memory)
        last = states[:, -1] if at is None else states[np.arange(len(ids)), at]
        logits = _normed(last, self._norm, self._epsilon) @ self._vocabulary
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return logits

    def _states(self, ids: Ints, valid: Flags, memory: Memory) -> Floats:
        rows, tokens = ids.shape
        start, stop = memory.size, memory.size + tokens
        memory.valid[:, start:stop] = valid
        memory.size = stop
        positions = np.maximum(memory.valid[:, :stop].cumsum(axis=1)[:, start:] - 1, 0)
        cosines, sines = self._cosines[positions][:, None], self._sines[positions][:, None]
        seen = memory.valid[:, None, :stop] & (np.arange(stop) <= np.arange(start, stop)[:, None])
        mask = np.where(seen, np.float32(0), FAR)[:, None]
        states: Floats = self._embedding[ids]
        size = states.shape[-1] // self._heads
        scale = np.float32(size**-0.5)
        for i, layer in enumerate(self._layers):
            mixed = _normed(states, layer.before_attention, self._epsilon) @ layer.attention
            queries, keys, values = mixed.reshape(rows, tokens, 3, self._heads, size).transpose(2, 0, 3, 1, 4)
            memory.keys[i][:, :, start:stop] = _turned(keys, cosines, sines)
            memory.values[i][:, :, start:stop] = values
            known = memory.keys[i][:, :, :stop].swapaxes(-1, -2)
            attention: Floats = _turned(queries, cosines, sines) @ known
            attention *= scale
            attention += mask
            attention -= attention.max(axis=-1, keepdims=True)
            np.exp(attention, out=attention)
            attention /= attention.sum(axis=-1, keepdims=True)
            found: Floats = (attention @ memory.values[i][:, :, :stop]).transpose(0, 2, 1, 3).reshape(rows, tokens, -1)
            states = states + found @ layer.output
            gate, let = np.split(_normed(states, layer.before_gates, self._epsilon) @ layer.gates, 2, axis=-1)
            states += (gate / (1 + np.exp(-gate)) * let) @ layer.down
        return states


def read_safetensors(path: Path) -> dict[str, Floats]:
    """The arrays of a `.safetensors` file of bfloat16 or float32, as float32."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header: dict[str, Any] = json.loads(content[8 : 8 + size])
    found: dict[str, Floats] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        data = content[8 + size + begin : 8 + size + end]
        if entry["dtype"] == "BF16":  # the upper half of a float32
            flat = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            flat = np.frombuffer(data, "<f4")
        found[name] = flat.reshape(entry["shape"])
    return found


def _layer(weights: dict[str, Floats], prefix: str) -> Layer:
    def joined(*names: str) -> Floats:
        return np.ascontiguousarray(np.concatenate([weights[f"{prefix}{name}.weight"] for name in names]).T)

    return Layer(
        weights[f"{prefix}input_layernorm.weight"],
        joined("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        joined("self_attn.o_proj"),
        weights[f"{prefix}post_attention_layernorm.weight"],
        joined("mlp.gate_proj", "mlp.up_proj"),
        joined("mlp.down_proj"),
    )


def _normed(states: Floats, weight: Floats, epsilon: np.float32) -> Floats:
    """Root-mean-square norm."""
    scale: Floats = 1 / np.sqrt(np.mean(states * states, axis=-1, keepdims=True) + epsilon)
    return weight * (states * scale)


def _turned(vectors: Floats, cosines: Floats, sines: Floats) -> Floats:
    """Vectors with their position in them: rotary embedding, whose pairs are (i, i + half)."""
    first, second = np.split(vectors, 2, axis=-1)
    return np.concatenate([first * cosines - second * sines, second * cosines + first * sines], axis=-1)


def _with_room(places: Floats, room: int) -> Floats:
    wider = np.zeros((*places.shape[:2], room, places.shape[3]), np.float32)
    kept = min(room, places.shape[2])
    wider[:, :, :kept] = places[:, :, :kept]
    return wider
