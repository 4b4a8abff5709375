import { expect } from 'chai';
import { get, i32, moduleOf, returnIf, set, signed, Type, unsigned, whileBefore } from './assembler.ts';

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => number>> };
};

describe('assembler', () => {
  it('writes numbers as LEB128', () => {
    expect([0, 127, 128, 0x2_0060].map(unsigned)).to.deep.equal([[0], [127], [0x80, 1], [0xe0, 0x80, 0x08]]);
    expect([0, 63, 64, -64, -65, 0xffff].map(signed)).to.deep.equal([
      ...[[0], [63], [0xc0, 0], [0x40], [0xbf, 0x7f], [0xff, 0xff, 0x03]],
    ]);
  });

  it('makes modules that run', () => {
    const [end, at, sum] = [0, 1, 2] as const;
    const body = [
      ...returnIf(i32.gtU(get(end), i32.const(100)), i32.const(-1)),
      ...whileBefore(at, get(end), 3, set(sum, i32.add(get(sum), get(at), i32.const(1000)))),
      ...get(sum),
    ];
    const bytes = moduleOf(1, [{ name: 'steps', parameters: [Type.i32], locals: [Type.i32, Type.i32], body }]);
    const { steps } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    expect([0, 1, 7, 101].map((value) => steps?.(value))).to.deep.equal([0, 1000, 3009, -1]);
  });
});
