"""Writes objects as Torch7 saves them: torch.save(path, object, 'binary') of a little-endian machine with 8-byte longs.

Written from the facts of the format; neither Torch nor a package that reads its files is needed. An object is

    int32 0                              nil
    int32 1, float64                     a number
    int32 2, int32 length, bytes         a string
    int32 3, int32 index, [content]      a table: int32 count, then count times a key and a value, each an object
    int32 4, int32 index, [content]      a torch object: "V 1" and the class name (each int32 length, bytes), then what the class writes
    int32 5, int32 0 or 1                a boolean

The content follows only where the index appears for the first time: later mentions are references. A module writes its fields as
one table. A tensor writes int32 dimensions, int64 sizes, int64 strides, int64 offset (from 1) and its storage, an object; a storage
writes int64 count and the elements.

    import torch7_writer as t7
    t7.write("net.t7", {"model": t7.Module("nn.Sequential", {"modules": [
        t7.Module("nn.SpatialConvolution", {"nInputPlane": 3, "nOutputPlane": 8, "kW": 9, "kH": 9, "weight": array, "bias": array})]})})
"""
import struct
import numpy

TYPES = {"float32": "Float", "float64": "Double", "float16": "Half", "int64": "Long", "int32": "Int", "int16": "Short",
         "int8": "Char", "uint8": "Byte"}


class Module:
    """A torch object that is a table of fields: nn.*, cudnn.*. Children are a list in the field `modules`."""

    def __init__(self, name, fields=None):
        self.name, self.fields = name, dict(fields or {})


class Tensor:
    """A numpy array under a class of its own, such as "torch.CudaTensor"; a plain array takes the class of its type."""

    def __init__(self, array, name):
        self.array, self.name = array, name


class Storage:
    """A numpy array as a bare storage, such as the sizes in nn.View."""

    def __init__(self, array):
        self.array = numpy.ascontiguousarray(array)


class Writer:
    """One file. Objects are remembered by identity, so that sharing and cycles stay what they are."""

    def __init__(self, file):
        self.file, self.seen, self.storages = file, {}, {}

    def integers(self, code, *values):
        self.file.write(struct.pack("<%d%s" % (len(values), code), *values))

    def text(self, text):
        raw = text if isinstance(text, bytes) else text.encode()
        self.integers("i", len(raw))
        self.file.write(raw)

    def begin(self, tag, thing):
        """Writes the tag and the index of `thing`; says whether its content must follow."""
        known = id(thing) in self.seen
        # Kept with the index: an object that dies could hand its identity to another.
        index, _ = self.seen.setdefault(id(thing), (len(self.seen) + 1, thing))
        self.integers("i", tag, index)
        return not known

    def write(self, thing):
        """Writes None, bool, number, str, bytes, dict, list, tuple, Module, Tensor, Storage or a numpy array."""
        if thing is None:
            self.integers("i", 0)
        elif isinstance(thing, (bool, numpy.bool_)):
            self.integers("i", 5, int(thing))
        elif isinstance(thing, (int, float, numpy.number)):
            self.integers("i", 1)
            self.integers("d", float(thing))
        elif isinstance(thing, (str, bytes)):
            self.integers("i", 2)
            self.text(thing)
        elif isinstance(thing, dict):
            self.table(thing, thing.items())
        elif isinstance(thing, (list, tuple)):
            self.table(thing, enumerate(thing, 1))
        elif isinstance(thing, Module):
            if self.begin(4, thing):
                self.text("V 1")
                self.text(thing.name)
                self.write(thing.fields)
        elif isinstance(thing, Tensor):
            self.tensor(thing, thing.array, thing.name)
        elif isinstance(thing, Storage):
            if self.begin(4, thing):
                self.storage(thing.array, "torch.%sStorage" % TYPES[thing.array.dtype.name])
        elif isinstance(thing, numpy.ndarray):
            self.tensor(thing, thing, "torch.%sTensor" % TYPES[thing.dtype.name])
        else:
            raise TypeError("no Torch7 form of %r" % type(thing))

    def table(self, thing, items):
        if self.begin(3, thing):
            items = list(items)
            self.integers("i", len(items))
            for key, value in items:
                self.write(key)
                self.write(value)

    def tensor(self, thing, array, name):
        """A view of a numpy array becomes a tensor that shares the storage of the array it looks into."""
        if not self.begin(4, thing):
            return
        self.text("V 1")
        self.text(name)
        base = array
        while isinstance(base.base, numpy.ndarray):
            base = base.base
        if not base.flags.c_contiguous:
            array = base = array.copy(order="C")
        size = array.itemsize
        self.integers("i", array.ndim)
        self.integers("q", *array.shape)
        self.integers("q", *(stride // size for stride in array.strides))
        self.integers("q", (array.__array_interface__["data"][0] - base.__array_interface__["data"][0]) // size + 1)
        # A base is one storage, whichever of its views comes first; the storage is another object than the array as a tensor.
        if self.begin(4, self.storages.setdefault(id(base), Storage(base))):
            self.storage(base, name.replace("Tensor", "Storage"))

    def storage(self, array, name):
        self.text("V 1")
        self.text(name)
        self.integers("q", array.size)
        self.file.write(numpy.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def write(path, obj):
    """Writes `obj` to the file `path` in Torch7's binary form."""
    with open(path, "wb") as file:
        Writer(file).write(obj)
