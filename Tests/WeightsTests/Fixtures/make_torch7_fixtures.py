#!/usr/bin/env python3
"""Makes the .t7 fixtures of WeightsTests and the numbers the tests compare with, torch7.json.

    python3 make_torch7_fixtures.py

The files are committed: tests need neither Python nor numpy.
"""
import json, pathlib
import numpy
import torch7_writer as t7

HERE = pathlib.Path(__file__).parent


def convolution(name, dice, planes_in, planes_out, kernel, **fields):
    shape = (planes_in, planes_out, kernel, kernel) if "Full" in name else (planes_out, planes_in, kernel, kernel)
    weight, bias = dice.standard_normal(shape, numpy.float32), dice.standard_normal(planes_out, numpy.float32)
    return t7.Module(name, {
        "_type": "torch.FloatTensor", "nInputPlane": planes_in, "nOutputPlane": planes_out, "kW": kernel, "kH": kernel, "dW": 1, "dH": 1,
        "padW": 0, "padH": 0, "train": False, "weight": weight, "bias": bias, "gradWeight": numpy.zeros(3, numpy.float32),
        "gradBias": numpy.zeros(0, numpy.float32), "output": numpy.zeros((1, 2), numpy.float32), **fields})


def network(dice):
    """The layers of a fast-neural-style net, one of each, as fast-neural-style's checkpoints hold them."""
    norm = t7.Module("nn.InstanceNormalization", {
        "eps": 1e-5, "nOutput": 4, "prev_N": -1, "weight": dice.random(4, numpy.float32), "bias": numpy.zeros(4, numpy.float32),
        "bn": t7.Module("nn.SpatialBatchNormalization", {"weight": numpy.ones(4, numpy.float32)})})
    batch = t7.Module("nn.SpatialBatchNormalization", {
        "eps": 1e-5, "momentum": 0.1, "affine": True, "running_mean": dice.random(4, numpy.float32),
        "running_var": dice.random(4, numpy.float32), "weight": dice.random(4, numpy.float32), "bias": dice.random(4, numpy.float32)})
    block = t7.Module("nn.Sequential", {"modules": [convolution("nn.SpatialConvolution", dice, 4, 4, 3), batch, t7.Module("nn.ReLU", {
        "inplace": True, "threshold": 0, "val": 0})]})
    residual = t7.Module("nn.Sequential", {"modules": [
        t7.Module("nn.ConcatTable", {"modules": [block, t7.Module("nn.ShaveImage", {"size": 1})]}), t7.Module("nn.CAddTable", {})]})
    return t7.Module("nn.Sequential", {"train": False, "modules": [
        t7.Module("nn.SpatialReflectionPadding", {"pad_l": 40, "pad_r": 40, "pad_t": 40, "pad_b": 40}),
        convolution("cudnn.SpatialConvolution", dice, 3, 4, 9, padW=4, padH=4, groups=1), norm, residual,
        convolution("nn.SpatialFullConvolution", dice, 4, 2, 3, adjW=1, adjH=1, dW=2, dH=2),
        t7.Module("nn.Tanh", {}), t7.Module("nn.MulConstant", {"constant_scalar": 150, "inplace": False}), t7.Module("nn.TotalVariation", {
            "strength": 1e-6})]})


def checkpoint():
    dice = numpy.random.default_rng(40)
    return {"opt": {"arch": "c9s1-4,R4,u2", "use_instance_norm": 1, "preprocessing": "vgg", "resume": True, "lists": {"a": 1}},
            "train_loss_history": [3.5, 2.25], "model": network(dice)}


def views():
    """Tensors of one storage, transposed and from its middle; one tensor of two modules; other types; a net that is the root itself."""
    dice = numpy.random.default_rng(7)
    base = dice.standard_normal((4, 6), numpy.float32)
    double = t7.Tensor(dice.standard_normal(3), "torch.CudaDoubleTensor")
    linear = t7.Module("nn.Linear", {"weight": base.T, "bias": base[1:3, ::2]})
    twin = t7.Module("nn.Linear", {"weight": base, "bias": double})
    return t7.Module("nn.Sequential", {"modules": [
        linear, twin, t7.Module("nn.Linear", {"weight": base, "bias": t7.Tensor(base[3], "torch.CudaTensor")}),
        t7.Module("nn.View", {"size": t7.Storage(numpy.array([2, 3], numpy.int64)), "numElements": 6}),
        t7.Module("nn.LookupTable", {"weight": numpy.array([1, -(2**40)], numpy.int64), "bias": numpy.array([0.5, -2], numpy.float16)}),
        linear]})


def tensors(module, path, found):
    for field in ("weight", "bias", "running_mean", "running_var"):
        value = module.fields.get(field)
        if value is not None:
            array = value.array if isinstance(value, t7.Tensor) else value
            found["%s.%s" % (path, field) if path else field] = {"shape": array.shape, "values": array.astype(float).ravel().tolist()}
    for index, child in enumerate(module.fields.get("modules", []), 1):
        tensors(child, "%s.%d" % (path, index) if path else str(index), found)
    return found


def main():
    net, other = checkpoint(), views()
    t7.write(HERE / "checkpoint.t7", net)
    t7.write(HERE / "views.t7", other)
    expected = {"checkpoint.t7": tensors(net["model"], "model", {}), "views.t7": tensors(other, "", {})}
    (HERE / "torch7.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
