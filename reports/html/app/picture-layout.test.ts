import { expect } from 'chai';
import fc from 'fast-check';
import { type Layout, layOut } from './picture-layout.ts';
import type { SceneStep, SceneUnit } from './scene.ts';

const frame = new Uint8Array(60);
const unit = (dpc: number, ...arrivals: number[]): SceneUnit => ({ dpc, frame, oob: {}, arrivals });
const receive: SceneStep = { frame };
const dpc: SceneStep = { dpc: true };

/** No two boxes of a row share a place, and they stand in the order in which they are given. */
function isRow(boxes: readonly { readonly x: number; readonly width: number }[]): boolean {
  return boxes.every(({ x }, i) => i === 0 || x >= (boxes[i - 1]?.x ?? 0) + (boxes[i - 1]?.width ?? 0));
}

function xOfMark({ marks }: Layout, label: string): number {
  return marks.find((mark) => mark.label === label)?.x ?? Number.NaN;
}

describe('picture layout', () => {
  it('puts a unit under its DPC, and leads each arrival to its place in it', () => {
    const steps = [receive, receive, dpc, receive, dpc];
    const layout = layOut({ steps, units: [unit(0, 1, 0), unit(1, 2)], expected: [] });
    const [first, second] = [xOfMark(layout, 'DPC 0 ends'), xOfMark(layout, 'DPC 1 ends')];
    expect(first).to.be.lessThan(second);
    expect(layout.units[0]?.x).to.be.lessThan(first);
    expect(layout.units[1]?.x).to.be.within(first, second);
    // #1 came first in the unit: its band crosses that of #0.
    const of = (n: number): number => layout.bands.find(({ arrival }) => arrival === n)?.to[0] ?? Number.NaN;
    expect(of(1)).to.be.lessThan(of(0));
  });

  it('shows what came too late where it came', () => {
    const layout = layOut({ steps: [receive, dpc, dpc], units: [unit(1, 0)], expected: [unit(0, 0)] });
    expect(layout.units[0]?.x).to.be.greaterThan(xOfMark(layout, 'DPC 0 ends'));
    expect(layout.expected[0]?.x).to.be.lessThan(xOfMark(layout, 'DPC 0 ends'));
  });

  it('names settings and waits', () => {
    const { marks } = layOut({
      steps: [{ set: { rsc4: false } }, { wait: 50 }, { set: { negotiate: { with: ['A'] } } }],
      units: undefined,
      expected: [],
    });
    expect(marks.map(({ kind, label }) => [kind, label])).to.deep.equal([
      ['set', 'RSC for IPv4 off'],
      ['wait', '50 µs'],
      ['set', 'virtio device reset, with A'],
    ]);
  });

  it('keeps rows apart and inside, whatever came out', () => {
    const step = fc.constantFrom(receive, receive, receive, dpc, { wait: 1 } as SceneStep);
    const anyUnit = fc.record({ dpc: fc.nat(5), arrivals: fc.array(fc.nat(40), { maxLength: 6 }) });
    const units = fc
      .array(anyUnit, { maxLength: 8 })
      .map((all) => all.sort((a, b) => a.dpc - b.dpc).map((one) => unit(one.dpc, ...one.arrivals)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), units, units, (steps, came, expected) => {
        const layout = layOut({ steps, units: came, expected });
        for (const row of [layout.arrivals, layout.units, layout.expected]) {
          expect(isRow(row)).to.equal(true);
          for (const { x, width } of row) expect(x + width).to.be.at.most(layout.width);
        }
        expect(layout.units).to.have.length(came.length);
        const count = steps.filter((one) => 'frame' in one).length;
        expect(layout.bands).to.have.length(came.flatMap(({ arrivals }) => arrivals.filter((n) => n < count)).length);
      }),
    );
  });
});
