#!/usr/bin/env python3
"""Makes the fixtures of WeightsTests with PyTorch, and the numbers the tests compare with.

    python3 make_fixtures.py                     the small files beside this script and expected.json
    python3 make_fixtures.py --shared FOLDER     shared.json: checksums of every tensor of the genuine checkpoints in FOLDER

Made with PyTorch 2.15 and numpy. The files are committed: tests need neither.
"""
import argparse, collections, io, json, os, pathlib, pickle, struct
import numpy, torch

HERE = pathlib.Path(__file__).parent
NAMES = {torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.float64: "f64", torch.int64: "i64",
         torch.int32: "i32", torch.int16: "i16", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool"}
SAFETENSORS = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64, "I64": torch.int64}


def element_types():
    """Every element type, a scalar, nothing at all, and the awkward 16-bit numbers."""
    halves = [0.0, -0.0, 1.0, -1.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 3.0e-06, float("inf"), float("-inf"), 0.1]
    return collections.OrderedDict(
        f32=torch.tensor([[1.5, -2.25, 3.0], [1e-40, 3.4e38, -0.0]]), f16=torch.tensor(halves, dtype=torch.float16),
        bf16=torch.tensor(halves + [3.3e38, 1e-40], dtype=torch.bfloat16), f64=torch.tensor([0.1, -1e300, 2.0], dtype=torch.float64),
        i64=torch.tensor([-(2**62), 7]), i32=torch.tensor([-5, 2**30], dtype=torch.int32), i16=torch.tensor([-300, 300], dtype=torch.int16),
        i8=torch.tensor([-128, 127], dtype=torch.int8), u8=torch.tensor([[0], [255]], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]), scalar=torch.tensor(42.0), nothing=torch.zeros(0, 3))


def views():
    """Views that share one storage: transposed, sliced with steps, one row, repeated by stride 0, permuted; and two names of one tensor."""
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    image = torch.arange(2 * 3 * 4 * 5, dtype=torch.float16).reshape(2, 3, 4, 5)
    return {"base": base, "transposed": base.t(), "sliced": base[1:3, ::2], "row": base[3], "repeated": base[:, 2:3].expand(4, 7),
            "permuted": image.permute(0, 2, 3, 1), "channels_last": image.contiguous(memory_format=torch.channels_last),
            "one_column": base[:, 1:2], "again": base}


def model():
    torch.manual_seed(7)
    return torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3))


def checkpoint():
    """What training scripts save: a state dict with the prefix of a parallel model, an optimiser, and numbers beside them."""
    net = model()
    optimiser = torch.optim.Adam(net.parameters(), lr=0.001)
    net(torch.ones(1, 2, 8, 8)).sum().backward()
    optimiser.step()
    state = collections.OrderedDict(("module." + key, value) for key, value in net.state_dict().items())
    return {"epoch": 3, "name": "wave", "state_dict": state, "optimizer": optimiser.state_dict(), "best": 0.25, "done": True, "nothing": None,
            "mean": [torch.tensor([0.5]), torch.nn.Parameter(torch.tensor([0.25, 0.75]))], "shape": torch.Size([1, 2]),
            "seed": 2**70, "device": torch.device("cpu")}


def wrapped():
    """The one state dict of a training script, under a name of the script's, and beside it what is no tensor."""
    return {"epoch": 20, "model": model().state_dict(), "history": [0.5, 0.25]}


def pair():
    """Two networks: nothing is a wrapper."""
    return {"a": model().state_dict(), "model": {"deep": torch.ones(1)}}


def python2_pickle():
    """As PyTorch 0.3 under Python 2 wrote it: byte strings, an OrderedDict from a list of pairs, _rebuild_tensor, no hooks."""
    def text(s): return b"U" + bytes([len(s)]) + s.encode()
    def storage(key, count): return b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + b"K" + bytes([count]) + b"NtQ"
    def tensor(key, count, offset, size, stride):
        ints = lambda numbers: b"(" + b"".join(b"K" + bytes([n]) for n in numbers) + b"t"
        return b"ctorch._utils\n_rebuild_tensor\n(" + storage(key, count) + b"K" + bytes([offset]) + ints(size) + ints(stride) + b"tR"
    pair = lambda key, value: b"](" + text(key) + value + b"e"
    return (b"\x80\x02ccollections\nOrderedDict\n](" + pair("conv.weight", tensor("140", 6, 0, [2, 3], [3, 1]))
            + pair("conv.bias", tensor("141", 3, 1, [2], [1])) + b"e\x85R.")


def python2():
    magic = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [magic, pickle.dumps(1001, 2), pickle.dumps(facts, 2), python2_pickle(), pickle.dumps(["141", "140"], 2)]
    for numbers in [(9.0, -1.0, 0.5), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)]:
        parts.append(struct.pack(f"<q{len(numbers)}f", len(numbers), *numbers))
    return b"".join(parts)


def safetensors(tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
        key = next(k for k, v in {**SAFETENSORS, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8,
                                  "BOOL": torch.bool}.items() if v == tensor.dtype)
        header[name] = {"dtype": key, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


class Evil:
    def __reduce__(self): return os.system, ("echo this must never run",)


WRAPPERS = ["model", "state_dict", "params", "params_ema", "net", "generator"]


def unwrapped(value):
    """What is in the only dict of tensors, if it has one of the usual names."""
    holders = [key for key, item in value.items() if next(leaves(item), None)] if isinstance(value, dict) else []
    return value[holders[0]] if len(holders) == 1 and holders[0] in WRAPPERS and isinstance(value[holders[0]], dict) else value


def leaves(value, path=""):
    """The naming rule, written a second time."""
    if isinstance(value, torch.Tensor): yield path or "tensor", value
    elif isinstance(value, dict):
        for key, item in value.items(): yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value): yield from leaves(item, f"{path}.{index}" if path else str(index))


def numbers(tensor):
    """JSON has no infinities: 64-bit floats travel as text."""
    flat = tensor.detach().contiguous().reshape(-1)
    return [repr(float(x)) for x in flat.to(torch.float64)] if flat.dtype.is_floating_point else [int(x) for x in flat]


def describe(value, strided=True):
    return [{"name": name, "type": NAMES[t.dtype], "shape": list(t.shape), "strides": list(t.stride()) if strided else None,
             "values": numbers(t)} for name, t in leaves(unwrapped(value))]


def make_small():
    expected = {}
    def save(stem, value):
        for kind, zipped in [("zip", True), ("legacy", False)]:
            path = HERE / f"{stem}_{kind}.pth"
            torch.save(value, path, _use_new_zipfile_serialization=zipped)
            expected[path.name] = {"format": "pytorch-" + kind, "tensors": describe(torch.load(path, weights_only=False))}
    save("types", element_types())
    save("views", views())
    save("checkpoint", checkpoint())
    save("wrapped", wrapped())
    save("pair", pair())
    torch.save({"kept": torch.ones(2), "storage": torch.ones(2).untyped_storage()}, HERE / "untyped_zip.pth")  # legacy files cannot hold one
    expected["untyped_zip.pth"] = {"format": "pytorch-zip", "tensors": describe({"kept": torch.ones(2)})}
    save("model", model().state_dict())
    save("alone", torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    (HERE / "python2_legacy.pth").write_bytes(python2())
    expected["python2_legacy.pth"] = {"format": "pytorch-legacy", "tensors": describe(torch.load(HERE / "python2_legacy.pth", weights_only=False))}
    (HERE / "types.safetensors").write_bytes(safetensors(element_types(), {"style": "wave \u6ce2", "quote": "a\"b\\c\n"}))
    expected["types.safetensors"] = {"format": "safetensors", "tensors": describe(element_types())}
    (HERE / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
    # Files that must be refused.
    torch.save({"weight": torch.ones(2), "payload": Evil()}, HERE / "evil_zip.pth")
    torch.save({"weight": torch.ones(2), "payload": Evil()}, HERE / "evil_legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(model(), HERE / "whole_module_zip.pth")
    torch.save({"odd": torch.ones(2, dtype=torch.uint16)}, HERE / "uint16_zip.pth")
    torch.save(element_types(), HERE / "protocol4_zip.pth", pickle_protocol=4)


def load_any(path):
    if path.suffix != ".safetensors": return torch.load(path, map_location="cpu", weights_only=False)
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    header, found = json.loads(raw[8:8 + length]), {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            found[name] = torch.frombuffer(bytearray(raw[8 + length + begin:8 + length + end]), dtype=SAFETENSORS[entry["dtype"]]).reshape(entry["shape"])
    return found


def checksum(tensor):
    """Sum of bits[i] * (2i + 1) modulo 2^64 over the row-major elements as 32-bit floats: depends on every value and its place."""
    bits = tensor.detach().to(torch.float32).contiguous().reshape(-1).numpy().view(numpy.uint32).astype(numpy.uint64)
    return format(int((bits * (2 * numpy.arange(bits.size, dtype=numpy.uint64) + 1)).sum(dtype=numpy.uint64)), "016x")


def make_shared(folder):
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".onnx":
            found[str(path.relative_to(folder))] = [
                [name, NAMES[t.dtype], list(t.shape), list(t.stride()), checksum(t) if t.dtype.is_floating_point else str(int(t))]
                for name, t in leaves(unwrapped(load_any(path)))]
    (HERE / "shared.json").write_text(json.dumps(found, separators=(",", ":")).replace("]],", "]],\n") + "\n")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=pathlib.Path)
    shared = options.parse_args().shared
    make_shared(shared) if shared else make_small()
