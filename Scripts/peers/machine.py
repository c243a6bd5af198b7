"""The machine and the day in one line, so that figures say where they come from."""
import os
import platform
from datetime import date

NOTABLE = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'avx_vnni', 'amx_bf16', 'amx_int8', 'asimd', 'bf16', 'i8mm']


def describe(threads):
    fields = {}
    with open('/proc/cpuinfo') as lines:
        for line in lines:
            key, _, value = line.partition(':')
            fields.setdefault(key.strip(), value.strip())
    flags = (fields.get('flags') or fields.get('Features') or '').split()
    has = ' '.join(flag for flag in NOTABLE if flag in flags)
    name = fields.get('model name') or platform.machine()
    return f'{name}, {len(os.sched_getaffinity(0))} CPUs ({has}), {threads} threads; {date.today()}'
