# A training step of CUT as published - generator of nine blocks and width 64, PatchGAN of width 64, perceptrons of 256 - batch 1, 256x256:
# milliseconds in PyTorch, in the order of the authors' code: both pictures through the generator at once, the discriminator's step, the
# generator's and the perceptrons'.
import time, torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(1); torch.set_num_threads(2)
class Down(nn.Module):
    def __init__(s, c):
        super().__init__(); f = torch.tensor([1., 2, 1]); s.c = c
        s.register_buffer('filt', (f[:, None] * f / 16)[None, None].repeat(c, 1, 1, 1))
    def forward(s, x): return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), s.filt, stride=2, groups=s.c)
class Up(nn.Module):
    def __init__(s, c):
        super().__init__(); f = torch.tensor([1., 3, 3, 1]); s.c = c
        s.register_buffer('filt', (f[:, None] * f / 16)[None, None].repeat(c, 1, 1, 1))
    def forward(s, x):
        return F.conv_transpose2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), s.filt, stride=2, padding=2, groups=s.c)[:, :, 1:, 1:][:, :, :-1, :-1]
class Block(nn.Module):
    def __init__(s, c):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c)]
        s.net = nn.Sequential(*half(), nn.ReLU(), *half())
    def forward(s, x): return x + s.net(x)
def generator(w=64, blocks=9):
    stage = lambda i, o: [nn.Conv2d(i, o, 3, padding=1), nn.InstanceNorm2d(o), nn.ReLU()]
    return nn.Sequential(
        nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), nn.InstanceNorm2d(w), nn.ReLU(), *stage(w, 2*w), Down(2*w), *stage(2*w, 4*w), Down(4*w),
        *[Block(4*w) for _ in range(blocks)], Up(4*w), *stage(4*w, 2*w), Up(2*w), *stage(2*w, w), nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh())
def discriminator(w=64):
    layers, i = [], 3
    for n, o in enumerate([w, 2*w, 4*w, 8*w]):
        layers += [nn.Conv2d(i, o, 4, padding=1)] + ([nn.InstanceNorm2d(o)] if n else []) + [nn.LeakyReLU(.2)] + ([Down(o)] if n < 3 else [])
        i = o
    return nn.Sequential(*layers, nn.Conv2d(i, 1, 4, padding=1))
taps = [0, 4, 8, 12, 16]
g, d = generator(), discriminator()
heads = nn.ModuleList(nn.Sequential(nn.Linear(c, 256), nn.ReLU(), nn.Linear(256, 256)) for c in (3, 128, 256, 256, 256))
adam = lambda net: torch.optim.Adam(net.parameters(), 2e-4, betas=(.5, .999))
steps = [adam(net) for net in (g, d, heads)]
def features(x):
    out = []
    for i, layer in enumerate(g[:17]):
        x = layer(x)
        if i in taps: out.append(x)
    return out
def vectors(maps, places=None):
    chosen, out = [], []
    for i, f in enumerate(maps):
        f = f.permute(0, 2, 3, 1).flatten(1, 2)
        chosen.append(places[i] if places else torch.randperm(f.shape[1])[:256])
        v = heads[i](f[:, chosen[i]].flatten(0, 1)); out.append(v / (v.norm(dim=1, keepdim=True) + 1e-7))
    return out, chosen
def contrast(source, result):
    k, places = vectors(features(source)); q, _ = vectors(features(result), places)
    losses = []
    for a, b in zip(q, k):
        b = b.detach(); rest = (a @ b.T).masked_fill(torch.eye(256, dtype=torch.bool), -10.)
        losses.append(F.cross_entropy(torch.cat([(a * b).sum(1, keepdim=True), rest], 1) / .07, torch.zeros(256, dtype=torch.long)))
    return sum(losses) / len(losses)
def mse(x, t): return ((x - t) ** 2).mean()
a, b = torch.rand(1, 3, 256, 256) * 2 - 1, torch.rand(1, 3, 256, 256) * 2 - 1
def step():
    fake, same = g(torch.cat([a, b])).split(1)
    for p in d.parameters(): p.requires_grad = True
    steps[1].zero_grad(); ((mse(d(fake.detach()), 0) + mse(d(b), 1)) / 2).backward(); steps[1].step()
    for p in d.parameters(): p.requires_grad = False
    steps[0].zero_grad(); steps[2].zero_grad()
    (mse(d(fake), 1) + (contrast(a, fake) + contrast(b, same)) / 2).backward()
    steps[0].step(); steps[2].step()
step(); times = []
for _ in range(3): t = time.time(); step(); times.append(time.time() - t)
print(f"PyTorch {torch.__version__}, a CUT step: median {sorted(times)[1] * 1000:.0f} ms")
