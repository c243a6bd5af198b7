#!/usr/bin/env python3
"""What PyTorch makes of the whole objectives of AdaIN, CUT, CycleGAN, MUNIT and SFIT: the numbers that the tests of their trainers compare with.

    make_objective_reference.py [OUT [all]]      # needs torch, numpy; all: also prints the largest gradient of each tensor

OUT is by default the folder of this script. Writes objective_NAME.f32, raw little-endian float32: the weighted terms of the loss in the order below, then the
gradient of their sum with respect to each learnt tensor, in the order of the full keys as plain strings, each row by row. In double precision, so that the
bound is one of the tests' alone; what PyTorch's own single precision is off by is printed.

NAME                          terms                                                                              learnt tensors
adain_pytorch, adain_authors  content, then mean and deviation of relu1_1, relu2_1, relu3_1, relu4_1             decoder.*
cut_generator                 gan, nce, identity                                                                 F.*, G.*
cut_flipped                   gan, nce                                                                           F.*, G.*
cut_discriminator             fake, real                                                                         D.*
cut_nonsaturating             fake, real, r1                                                                     D.*
cyclegan_generators           gan_a, gan_b, cycle_a, cycle_b, identity_a, identity_b                             G_A.*, G_B.*
munit_generators              image_a, image_b, style_a, style_b, content_a, content_b, cycle_a, cycle_b, gan_a, gan_b   gen.*
munit_discriminators          a, b                                                                               dis.*
munit_perceptual              perceptual                                                                         the picture
sfit_digits                   kd, relationship, identity, tv                                                     G.*
sfit_target                   entropy, diversity                                                                 T.*

Every tensor gets the numbers of make_johnson_reference.py for its full key (SeededWeights.swift), but those of VGG get theirs from make_vgg_reference.py
(SeededNumbers+VGG.swift). Where all numbers of one size would leave a term without weight, what has more than one dimension is doubled: in AdaIN's nets (whose
keys are salted too, see `convolutions`), the discriminators of cut_nonsaturating and of MUNIT, and SFIT's classifiers with their head. Pictures are P(0)...P(3),
below.
A bias in front of an instance norm has no gradient: what stands there is rounding, below 1e-13.
"""
import os, sys
from collections import OrderedDict
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'NetworksTests', 'Fixtures'))
from make_generator_reference import BlurDown, ShortBlock, generator
from make_johnson_reference import seeded
from make_munit_reference import Generator
from make_vgg_reference import CAFFE, VGG, image


def P(i, size):
    """0...255: the picture; its channels reversed; mirrored left to right; upside down."""
    x = image(size, size).to(torch.get_default_dtype())
    return x.flip(i) if i == 1 else x.flip(5 - i) if i else x


def S(i, size=32): return P(i, size) / 127.5 - 1


def load(net, prefix, salt='', scale=1):
    """The net in the precision of the moment, kernels and matrices times `scale`; filters that are not learnt stay what they are."""
    for k, p in net.named_parameters():
        v = torch.from_numpy(seeded(salt + prefix + k, tuple(p.shape))).to(torch.get_default_dtype())
        p.data = v * scale if p.dim() > 1 else v
    return net


def learnt(**nets): return {f'{prefix}.{k}': p for prefix, net in nets.items() for k, p in net.named_parameters()}


def squares(a, b): return ((a - b) ** 2).mean()


def distance(a, b): return (a - b).abs().mean()


# AdaIN

def convolutions(prefix, *rows):
    """The numbers are those of the keys behind '13689.', where almost no rectifier is dead: most numbers leave so few planes without a picture."""
    return load(nn.ModuleDict({name: nn.Conv2d(i, o, 1 if name == 'conv0' else 3) for name, i, o in rows}), prefix, '13689.', 2)


def reflected(conv, x): return conv(F.pad(x, (1, 1, 1, 1), mode='reflect'))


def encode(net, x):
    """relu1_1 to relu4_1."""
    x, taps = net['conv0'](x), []
    for name in list(net)[1:]:
        if name in ('conv2_1', 'conv3_1', 'conv4_1'): x = F.max_pool2d(x, 2, ceil_mode=True)
        x = F.relu(reflected(net[name], x))
        if name.endswith('_1'): taps.append(x)
    return taps


def decode(net, x):
    for name, conv in net.items():
        x = reflected(conv, x)
        if name != 'conv1_1': x = F.relu(x)
        if name in ('conv4_1', 'conv3_1', 'conv2_1'): x = F.interpolate(x, scale_factor=2, mode='nearest')
    return x


def moments(x, unbiased, epsilon): return x.mean((2, 3), keepdim=True), (x.var((2, 3), keepdim=True, unbiased=unbiased) + epsilon).sqrt()


def adain(authors):
    front = convolutions('encoder.', ('conv0', 3, 3), ('conv1_1', 3, 2), ('conv1_2', 2, 2), ('conv2_1', 2, 3), ('conv2_2', 3, 3), ('conv3_1', 3, 4),
                         ('conv3_2', 4, 4), ('conv3_3', 4, 4), ('conv4_1', 4, 5))
    back = convolutions('decoder.', ('conv4_1', 5, 4), ('conv3_3', 4, 4), ('conv3_2', 4, 4), ('conv3_1', 4, 3), ('conv2_2', 3, 3), ('conv2_1', 3, 2),
                        ('conv1_2', 2, 2), ('conv1_1', 2, 3))
    c, styles = encode(front, P(0, 32) / 255)[-1], encode(front, P(1, 32) / 255)
    (mc, dc), (ms, ds) = moments(c, not authors, 1e-5), moments(styles[-1], not authors, 0 if authors else 1e-5)
    t = ((c - mc) / dc * ds + ms).detach()
    results = encode(front, decode(back, t))
    terms = {'content': squares(results[-1], t)}
    for level, (y, s) in enumerate(zip(results, styles), 1):
        for part, a, b in zip(['mean', 'deviation'], *[moments(f, not authors, 1e-6 if authors else 1e-5) for f in (y, s)]):
            terms[f'{part}{level}'] = .01 * ((a - b) ** 2).sum() if authors else 10 * squares(a, b)
    return terms, learnt(decoder=back)


# CUT and CycleGAN

def residual(key, blocks, down, up, **more):
    """A generator of width 2."""
    return load(nn.ModuleDict({'model': generator([2, 4, 8, 4, 2], [8] * blocks, down, up, **more)}), key)


def patches(key, strided=False, normed=True):
    """A PatchGAN of width 2, three reductions: convolutions at 0, 3, 7, 11, 14; at 0, 2, 5, 8, 11 where strided. Norms that are not there keep their number."""
    net, planes = [], 3
    for i, out in enumerate([2, 4, 8, 16]):
        net.append(nn.Conv2d(planes, out, 4, 2 if strided and i < 3 else 1, padding=1))
        if i: net.append(nn.InstanceNorm2d(out) if normed else nn.Identity())
        net.append(nn.LeakyReLU(.2))
        if not strided and i < 3: net.append(BlurDown(out))
        planes = out
    return load(nn.ModuleDict({'model': nn.Sequential(*net, nn.Conv2d(planes, 1, 4, padding=1))}), key, scale=1 if normed else 2)


def judged(net, x, as_real=True): return squares(net['model'](x), torch.tensor(float(as_real)))


def perceptrons():
    return load(nn.ModuleDict({f'mlp_{i}': nn.Sequential(nn.Linear(c, 6), nn.ReLU(), nn.Linear(6, 6)) for i, c in enumerate([3, 4, 8, 8, 8])}), 'F.')


def contrast(net, heads, source, result, flipped=False):
    """PatchNCE of 16 places; flipped: `result` is of the mirrored source, and its features are mirrored back."""
    def features(x):
        for i, layer in enumerate(net['model'][:17]):
            x = layer(x)
            if i in (0, 4, 8, 12, 16): yield x

    def vectors(l, f):
        places = (37 * torch.arange(16) + 11 * l) % (f.shape[2] * f.shape[3])
        v = heads[f'mlp_{l}'](f[0].flatten(1).T[places])
        return v / (v.norm(dim=1, keepdim=True) + 1e-7)

    losses = []
    for l, (q, k) in enumerate(zip(features(result), features(source))):
        q, k = vectors(l, q.flip(3) if flipped else q), vectors(l, k).detach()
        others = (q @ k.T).masked_fill(torch.eye(16, dtype=torch.bool), -10)
        logits = torch.cat([(q * k).sum(1, keepdim=True), others], 1) / .07
        losses.append(F.cross_entropy(logits, torch.zeros(16, dtype=torch.long)))
    return sum(losses) / len(losses)


def cut_generator():
    g, f, d, a, b = residual('G.', 5, 'blurred', 'blurred'), perceptrons(), patches('D.'), S(0), S(1)
    fake, idt = g['model'](a), g['model'](b)
    return {'gan': judged(d, fake), 'nce': .5 * contrast(g, f, a, fake), 'identity': .5 * contrast(g, f, b, idt)}, learnt(F=f, G=g)


def cut_flipped():
    g, f, d, a = residual('G.', 5, 'blurred', 'blurred'), perceptrons(), patches('D.'), S(0)
    fake = g['model'](a.flip(3))
    return {'gan': judged(d, fake), 'nce': 10 * contrast(g, f, a, fake, flipped=True)}, learnt(F=f, G=g)


def cut_discriminator():
    d = patches('D.')
    return {'fake': .5 * judged(d, S(2), False), 'real': .5 * judged(d, S(1))}, learnt(D=d)


def cut_nonsaturating():
    """SinCUT's losses with a PatchGAN that has no norms, in place of StyleGAN 2's discriminator. R1 has the weight 1, halved, and is a sum over one picture of
    -1...1; of one place it would be the squared slope of its score. Slopes of places point anywhere, so that of their mean times their number is what theirs are in
    the mean."""
    d, b = patches('D.', normed=False), S(1).requires_grad_(True)
    real = d['model'](b)
    slope, = torch.autograd.grad(real.mean(), b, create_graph=True)
    terms = {'fake': .5 * F.softplus(d['model'](S(2))).mean(), 'real': .5 * F.softplus(-real).mean(), 'r1': .5 * real.numel() * (slope ** 2).sum()}
    return terms, learnt(D=d)


def cyclegan_generators():
    """As CycleGAN names them: G_A makes pictures of B, which D_A judges."""
    ga, gb = [residual(key, 2, 'strided', 'transposed') for key in ('G_A.', 'G_B.')]
    da, db = [patches(key, strided=True) for key in ('D_A.', 'D_B.')]
    a, b, to_b, to_a = S(0), S(1), ga['model'], gb['model']
    terms = {'gan_a': judged(da, to_b(a)), 'gan_b': judged(db, to_a(b)), 'cycle_a': 10 * distance(to_a(to_b(a)), a),
             'cycle_b': 10 * distance(to_b(to_a(b)), b), 'identity_a': 5 * distance(to_b(b), b), 'identity_b': 5 * distance(to_a(a), a)}
    return terms, learnt(G_A=ga, G_B=gb)


# MUNIT

class Scales(nn.Module):
    """MsImageDis of width 1."""
    def __init__(self):
        super().__init__()
        block = lambda i, o: nn.Sequential(OrderedDict(pad=nn.ReflectionPad2d(1), conv=nn.Conv2d(i, o, 4, 2), end=nn.LeakyReLU(.2)))
        self.cnns = nn.ModuleList([nn.Sequential(block(3, 1), block(1, 2), block(2, 4), block(4, 8), nn.Conv2d(8, 1, 1)) for _ in range(3)])

    def forward(self, x, target):
        loss = 0
        for net in self.cnns:
            loss, x = loss + ((net(x) - target) ** 2).mean(), F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return loss


def munit_generators():
    """Generators of width 1, two blocks, codes of 8 and perceptrons of 16: SeededMUNIT.shapes(width: 1)."""
    a, b = [load(Generator(1), f'gen.{domain}.') for domain in 'ab']
    dis_a, dis_b = [load(Scales(), f'dis.{domain}.', scale=2) for domain in 'ab']
    n = torch.arange(8)
    x_a, x_b, s_a, s_b = S(0, 64), S(1, 64), (n * 5 % 8 - 3.5) / 3, ((n * 3 + 1) % 8 - 3.5) / 3
    def split(net, x): return net.enc_content(x), net.enc_style(x)
    (c_a, own_a), (c_b, own_b) = split(a, x_a), split(b, x_b)
    x_ba, x_ab = a.decode(c_b, s_a), b.decode(c_a, s_b)
    (c_b_again, s_a_again), (c_a_again, s_b_again) = split(a, x_ba), split(b, x_ab)
    terms = {'image_a': 10 * distance(a.decode(c_a, own_a), x_a), 'image_b': 10 * distance(b.decode(c_b, own_b), x_b),
             'style_a': distance(s_a_again.flatten(), s_a), 'style_b': distance(s_b_again.flatten(), s_b),
             'content_a': distance(c_a_again, c_a), 'content_b': distance(c_b_again, c_b),
             'cycle_a': 10 * distance(a.decode(c_a_again, own_a), x_a), 'cycle_b': 10 * distance(b.decode(c_b_again, own_b), x_b),
             'gan_a': dis_a(x_ba, 1), 'gan_b': dis_b(x_ab, 1)}
    return terms, learnt(**{'gen.a': a, 'gen.b': b})


def munit_discriminators():
    a, b = [load(Scales(), f'dis.{domain}.', scale=2) for domain in 'ab']
    return {'a': a(S(2, 64), 0) + a(S(0, 64), 1), 'b': b(S(3, 64), 0) + b(S(1, 64), 1)}, learnt(**{'dis.a': a, 'dis.b': b})


def munit_perceptual():
    """VGG-16 up to relu5_3, without the pool between the fourth stage and the fifth (its number stays)."""
    vgg, x = VGG(16, 'max').to(torch.get_default_dtype()).requires_grad_(False), S(2, 64).requires_grad_(True)
    def features(x):
        y = ((x + 1) * 127.5).flip(1) - CAFFE
        for i, layer in enumerate(vgg.features[:30]):
            if i != 23: y = layer(y)
        return F.instance_norm(y)
    return {'perceptual': squares(features(x), features(S(0, 64)))}, {'x': x}


# SFIT

def classifier(key):
    return load(nn.ModuleDict({'encoder': nn.Sequential(nn.Conv2d(3, 4, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 5, 5), nn.MaxPool2d(2), nn.ReLU()),
                               'fc1': nn.Linear(80, 12)}), key, scale=2)


def divergence(ours, theirs):
    """F.kl_div(log_softmax(ours), softmax(theirs)) of PyTorch's reduction 'mean': over classes too."""
    return (F.softmax(theirs, 1) * (F.log_softmax(theirs, 1) - F.log_softmax(ours, 1))).mean()


def sfit_digits():
    """Both classifiers share the head C. The variation is the mean of the squared differences of neighbours in a row, plus the same of those in a column, each
    mean over as many numbers as there are differences."""
    g, source, target = residual('G.', 3, 'strided', 'nearest', block=ShortBlock), classifier('S.'), classifier('T.')
    head, x = load(nn.ModuleDict({'fc2': nn.Linear(12, 10)}), 'C.', scale=2), S(0, 28)

    def judge(net, x):
        f = net['encoder'](x)
        planes = f[0].flatten(1)
        return head['fc2'](F.relu(net['fc1'](f.flatten(1)))), F.normalize(planes @ planes.T, dim=1, eps=1e-12)

    y = g['model'](x)
    (ours, near), (theirs, far) = judge(source, y), judge(target, x)
    terms = {'kd': divergence(ours, theirs.detach()),
             'relationship': ((far.detach() - near) ** 2).sum() / len(far), 'identity': .03 * distance(y, x),
             'tv': .03 * (squares(y[..., 1:], y[..., :-1]) + squares(y[..., 1:, :], y[..., :-1, :]))}
    return terms, learnt(G=g)


def sfit_target():
    """The fine-tuning of the target model T with four pictures: the mean entropy of the one that it and the source model, which sees the translation, take for one
    class, and what the entropy of the mean of all lacks to that of all classes alike."""
    g, source, target = residual('G.', 3, 'strided', 'nearest', block=ShortBlock), classifier('S.'), classifier('T.')
    head, x = load(nn.ModuleDict({'fc2': nn.Linear(12, 10)}), 'C.', scale=2), torch.cat([S(i, 28) for i in range(4)])

    def judge(net, x): return head['fc2'](F.relu(net['fc1'](net['encoder'](x).flatten(1))))

    ours, theirs = judge(target, x), judge(source, g['model'](x))
    agree, mean = ours.argmax(1) == theirs.argmax(1), F.softmax(ours, 1).mean(0)
    assert 0 < agree.sum() < len(x)
    entropy = -(F.softmax(ours, 1) * F.log_softmax(ours, 1)).sum(1)[agree].mean()
    return {'entropy': entropy, 'diversity': np.log(len(mean)) + (mean * mean.log()).sum()}, learnt(T=target)


OBJECTIVES = {'adain_pytorch': lambda: adain(False), 'adain_authors': lambda: adain(True)}
OBJECTIVES |= {f.__name__: f for f in [cut_generator, cut_flipped, cut_discriminator, cut_nonsaturating, cyclegan_generators, munit_generators,
                                       munit_discriminators, munit_perceptual, sfit_digits, sfit_target]}


def numbers(objective, precision):
    """The terms, and the gradients of each with respect to every tensor, in order."""
    torch.set_default_dtype(precision)
    terms, tensors = objective()
    keys = sorted(tensors)
    gradients = [torch.autograd.grad(term, [tensors[k] for k in keys], retain_graph=True, allow_unused=True) for term in terms.values()]
    gradients = [{k: torch.zeros_like(tensors[k]) if g is None else g for k, g in zip(keys, each)} for each in gradients]
    return {k: v.item() for k, v in terms.items()}, gradients, {k: sum(each[k] for each in gradients) for k in keys}


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    for name, objective in OBJECTIVES.items():
        rough, _, near = numbers(objective, torch.float32)
        terms, parts, gradients = numbers(objective, torch.float64)
        y = np.concatenate([list(terms.values()), *[g.numpy().ravel() for g in gradients.values()]])
        y.astype('<f4').tofile(os.path.join(out, f'objective_{name}.f32'))
        def largest(gradients): return max(g.abs().max().item() for g in gradients.values())
        print(f'{name}: {y.size} numbers, largest gradient {largest(gradients):.4g}; single precision is off by',
              f'{max(abs(rough[k] / v - 1) for k, v in terms.items()):.0e} of a term,',
              f'{largest({k: near[k] - g for k, g in gradients.items()}) / largest(gradients):.0e} of the largest gradient')
        for (k, v), each in zip(terms.items(), parts): print(f'    {k} {v:.6g}, its largest gradient {largest(each):.3g}')
        if len(sys.argv) > 2:
            for k, g in gradients.items(): print(f'        {k} {list(g.shape)}: {g.abs().max():.3g}, off {(near[k] - g).abs().max():.0e}')


if __name__ == '__main__': main()
