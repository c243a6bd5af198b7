# One training step of the width-32 Johnson net with VGG-16 to relu4_3, batch 4, 256x256, and the loss and gradient of the Gatys objective of one
# picture of 256x256: milliseconds in PyTorch.
import time, torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(1); torch.set_num_threads(2)
class Conv(nn.Module):
    def __init__(s, i, o, k, stride=1):
        super().__init__(); s.pad = nn.ReflectionPad2d(k // 2); s.conv = nn.Conv2d(i, o, k, stride)
    def forward(s, x): return s.conv(s.pad(x))
class Res(nn.Module):
    def __init__(s, c):
        super().__init__(); s.a, s.b = Conv(c, c, 3), Conv(c, c, 3); s.n, s.m = nn.InstanceNorm2d(c, affine=True), nn.InstanceNorm2d(c, affine=True)
    def forward(s, x): return x + s.m(s.b(F.relu(s.n(s.a(x)))))
class Net(nn.Module):
    def __init__(s, w):
        super().__init__()
        n = lambda c: nn.InstanceNorm2d(c, affine=True)
        s.down = nn.Sequential(Conv(3, w, 9), n(w), nn.ReLU(), Conv(w, 2*w, 3, 2), n(2*w), nn.ReLU(), Conv(2*w, 4*w, 3, 2), n(4*w), nn.ReLU())
        s.res = nn.Sequential(*[Res(4*w) for _ in range(5)])
        s.up = nn.Sequential(nn.Upsample(scale_factor=2), Conv(4*w, 2*w, 3), n(2*w), nn.ReLU(), nn.Upsample(scale_factor=2), Conv(2*w, w, 3), n(w), nn.ReLU(), Conv(w, 3, 9))
    def forward(s, x): return s.up(s.res(s.down(x)))
class VGG(nn.Module):
    def __init__(s):
        super().__init__()
        w = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512]
        s.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(w, w[1:]))
        for p in s.parameters(): p.requires_grad = False
    def forward(s, x, count=10):
        out = []
        for i, c in enumerate(s.convs[:count]):
            if i in (2, 4, 7): x = F.max_pool2d(x, 2)
            x = F.relu(c(x)); out.append(x)
        return out
def gram(x): b, c, h, w = x.shape; f = x.view(b, c, h*w); return f.bmm(f.transpose(1, 2)) / (c*h*w)
net, vgg = Net(32), VGG(); opt = torch.optim.Adam(net.parameters(), 1e-3)
x = torch.rand(4, 3, 256, 256); targets = [torch.rand(1, c, c) for c in (64, 128, 256, 512)]
def step():
    opt.zero_grad(); y = net(x); fy, fx = vgg(y), vgg(x, 4)
    loss = F.mse_loss(fy[3], fx[3]) + sum(F.mse_loss(gram(fy[i]), t.expand(4, -1, -1)) for i, t in zip((1, 3, 6, 9), targets))
    loss.backward(); opt.step(); return float(loss.detach())
def perceptual(fy, fx): return F.mse_loss(fy[6], fx[6]) + sum(F.mse_loss(gram(fy[i]), t) for i, t in zip((1, 3, 6, 9), targets))
picture = torch.rand(1, 3, 256, 256, requires_grad=True); content = [f.detach() for f in vgg(torch.rand(1, 3, 256, 256), 7)]
def evaluation(): picture.grad = None; perceptual(vgg(picture), content).backward()
def median(what, runs):
    what(); times = []
    for _ in range(runs): t = time.time(); what(); times.append(time.time() - t)
    return sorted(times)[runs // 2] * 1000
print(f"PyTorch {torch.__version__}, a step: median {median(step, 3):.0f} ms, a Gatys evaluation: median {median(evaluation, 9):.0f} ms")
