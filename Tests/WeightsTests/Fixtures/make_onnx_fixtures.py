#!/usr/bin/env python3
"""Makes the ONNX fixtures of WeightsTests with the onnx package, and what the tests compare with, onnx.json.

    python3 make_onnx_fixtures.py

Made with onnx 1.23. The files are committed: tests need neither Python nor onnx.
"""
import json, pathlib
import numpy, onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
READ_AS = {"UINT16": "i32", "UINT32": "i64", "UINT64": "i64", "FLOAT": "f32", "FLOAT16": "f16", "BFLOAT16": "bf16", "DOUBLE": "f64",
           "INT8": "i8", "UINT8": "u8", "INT16": "i16", "INT32": "i32", "INT64": "i64", "BOOL": "bool"}
NAMES = dict(READ_AS, UINT16="u16", UINT32="u32", UINT64="u64")


def types():
    """Every type that is read, in raw_data and in the field of its type; a scalar, and nothing at all."""
    numbers = {"FLOAT": [1.5, -2.25, 2.0**-140, 1.5 * 2.0**127], "FLOAT16": [0.5, -65504.0], "BFLOAT16": [1.0, -2.5], "DOUBLE": [-0.5, 2.0**70],
               "INT8": [-128, 127], "UINT8": [0, 255], "INT16": [-32768, 300], "UINT16": [65535, 1], "INT32": [-5, 2**30],
               "UINT32": [2**32 - 1, 7], "INT64": [-(2**62), 7], "UINT64": [2**63 - 1, 0], "BOOL": [True, False, True]}
    tensors, expected = [], []
    for name, values in numbers.items():
        kind = getattr(TensorProto, name)
        for form in ("typed", "raw"):
            tensor = helper.make_tensor("%s_%s" % (name.lower(), form), kind, [len(values)], values)
            if form == "raw":
                if name == "BFLOAT16":
                    raw = (numpy.array(values, numpy.float32).view(numpy.uint32) >> 16).astype("<u2").tobytes()
                else:
                    raw = numpy.array(values).astype(helper.tensor_dtype_to_np_dtype(kind)).tobytes()
                tensor = helper.make_tensor(tensor.name, kind, [len(values)], raw, raw=True)
            tensors.append(tensor)
            expected.append({"name": tensor.name, "type": READ_AS[name], "shape": [len(values)], "values": [float(v) for v in values]})
    tensors.append(helper.make_tensor("scalar", TensorProto.FLOAT, [], [42.0]))
    expected.append({"name": "scalar", "type": "f32", "shape": [], "values": [42.0]})
    tensors.append(helper.make_tensor("nothing", TensorProto.FLOAT, [0, 3], []))
    expected.append({"name": "nothing", "type": "f32", "shape": [0, 3], "values": []})
    node = helper.make_node("Identity", ["scalar"], ["y"])
    graph = helper.make_graph([node], "types", [], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [])], tensors)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)], producer_name="hand"), expected


def network():
    """Every kind of attribute, tensors in attributes, an initializer that is also listed as an input, shapes of all sorts."""
    dice = numpy.random.default_rng(3)
    weight = numpy_helper.from_array(dice.standard_normal((2, 3, 3, 3), numpy.float32), "w")
    one = helper.make_graph([helper.make_node("Identity", ["c"], ["branch"])], "one", [], [
        helper.make_tensor_value_info("branch", TensorProto.FLOAT, None)])
    value = numpy_helper.from_array(numpy.array([1, -2], numpy.int64))
    info = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Constant", [], ["c"], name="/Constant", value=value),
        helper.make_node("Pad", ["x"], ["padded"], mode="reflect", pads=[0, 0, 1, 1, 0, 0, 1, 1]),
        helper.make_node("Conv", ["padded", "w", ""], ["y"], name="/c/Conv", strides=[1, 1], auto_pad="VALID"),
        # Its tensor cannot be named like its output, which is an initializer's name with another ending.
        helper.make_node("Odd", ["y"], ["z", "w2"], domain="com.microsoft", alpha=0.01, count=-3, scales=[0.5, 1e-9, 2.0], names=["a", "b\"c"],
                         first=value, second=value),
        helper.make_node("If", ["cond"], ["last"], then_branch=one, else_branch=one),
        helper.make_node("LeakyRelu", ["z"], ["out"], domain="ai.onnx", alpha=float("inf")),
    ]
    graph = helper.make_graph(
        nodes, "main_graph", [info("x", TensorProto.FLOAT, [1, 3, "h", None]), info("w", TensorProto.FLOAT, [2, 3, 3, 3]),
                              info("cond", TensorProto.BOOL, None)],
        [info("out", TensorProto.FLOAT16, [])], [weight])
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("com.microsoft", 1), helper.make_opsetid("", 17)],
                              producer_name="pytorch", producer_version="2.1", doc_string="A \"test\"\n")
    helper.set_model_props(model, {"model_license": "MIT", "model_author": "nobody"})
    ints = [1.0, -2.0]
    expected = [{"name": "w", "type": "f32", "shape": [2, 3, 3, 3], "values": numpy_helper.to_array(weight).ravel().astype(float).tolist()}] + [
        {"name": name, "type": "i64", "shape": [2], "values": ints} for name in ("c", "z", "z#second")]
    return model, expected


def extent(dim):
    kind = dim.WhichOneof("value")
    return getattr(dim, kind) if kind else None


def value_info(info):
    tensor = info.type.tensor_type
    shape = [extent(dim) for dim in tensor.shape.dim] if tensor.HasField("shape") else None
    return {"name": info.name, "type": NAMES[TensorProto.DataType.Name(tensor.elem_type)], "shape": shape}


def shortest(value):
    """The fewest digits that give the same 32-bit number; the largest one for infinity, which JSON does not have."""
    return float(str(numpy.float32(min(value, 3.4028234663852886e38))))


def attribute(item, names):
    value = helper.get_attribute_value(item)
    text = lambda raw: raw.decode()
    if item.type == item.TENSOR:
        return {"tensor": next(names)}
    if item.type == item.GRAPH:
        return {"graph": True}
    if item.type == item.FLOAT:
        return shortest(value)
    return {item.STRING: text, item.STRINGS: lambda raws: [text(raw) for raw in raws], item.INT: int, item.INTS: list,
            item.FLOATS: lambda floats: [shortest(value) for value in floats]}[item.type](value)


def description(model, tensors):
    """The metadata onnx.graph, found by another way than the reader's."""
    graph = model.graph
    names = iter([tensor["name"] for tensor in tensors[len(graph.initializer):]])
    known = {tensor.name for tensor in graph.initializer}
    return {
        "ir": model.ir_version, "opset": {opset.domain: opset.version for opset in model.opset_import},
        "producer": (model.producer_name + " " + model.producer_version).strip(),
        "inputs": [value_info(info) for info in graph.input if info.name not in known],
        "outputs": [value_info(info) for info in graph.output],
        "nodes": [{"op": node.op_type, "domain": "" if node.domain == "ai.onnx" else node.domain, "name": node.name, "in": list(node.input),
                   "out": list(node.output), "attr": {item.name: attribute(item, names) for item in node.attribute}} for node in graph.node]}


def main():
    expected = {}
    for name, (model, tensors) in {"types.onnx": types(), "network.onnx": network()}.items():
        (HERE / name).write_bytes(model.SerializeToString(deterministic=True))
        expected[name] = {"tensors": tensors, "graph": description(model, tensors)}
    (HERE / "onnx.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
