import { expect } from 'chai';
import fc from 'fast-check';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { type Layout, layOut } from './picture-layout.ts';
import type { SceneIndication } from './scene.ts';

const frame = new Uint8Array(60);
const indication = (dpc: number, ...arrivals: number[]): SceneIndication => ({ dpc, frame, oob: {}, arrivals });
const receive: FrameStep = { rx: frame };
const dpc: FrameStep = { dpc: true };

/** No two boxes of a row share a place, and they stand in the order in which they are given. */
function isRow(boxes: readonly { readonly x: number; readonly width: number }[]): boolean {
  return boxes.every(({ x }, i) => i === 0 || x >= (boxes[i - 1]?.x ?? 0) + (boxes[i - 1]?.width ?? 0));
}

function xOfMark({ marks }: Layout, label: string): number {
  return marks.find((mark) => mark.label === label)?.x ?? Number.NaN;
}

describe('picture layout', () => {
  it('puts an indication under its DPC, and leads each arrival to its place in it', () => {
    const steps = [receive, receive, dpc, receive, dpc];
    const layout = layOut({ steps, indications: [indication(0, 1, 0), indication(1, 2)], expected: [] });
    const [first, second] = [xOfMark(layout, 'DPC 0 ends'), xOfMark(layout, 'DPC 1 ends')];
    expect(first).to.be.lessThan(second);
    expect(layout.indications[0]?.x).to.be.lessThan(first);
    expect(layout.indications[1]?.x).to.be.within(first, second);
    // #1 came first in the indication: its band crosses that of #0.
    const of = (n: number): number => layout.bands.find(({ arrival }) => arrival === n)?.to[0] ?? Number.NaN;
    expect(of(1)).to.be.lessThan(of(0));
  });

  it('shows what came too late where it came', () => {
    const layout = layOut({
      steps: [receive, dpc, dpc],
      indications: [indication(1, 0)],
      expected: [indication(0, 0)],
    });
    expect(layout.indications[0]?.x).to.be.greaterThan(xOfMark(layout, 'DPC 0 ends'));
    expect(layout.expected[0]?.x).to.be.lessThan(xOfMark(layout, 'DPC 0 ends'));
  });

  it('puts what a setting returned before the mark of the setting', () => {
    const steps = [receive, receive, { set: { rsc4: false } }, receive, dpc];
    const came = [
      { ...indication(0, 0, 1), step: 2 },
      { ...indication(0, 2), step: 4 },
    ];
    const layout = layOut({ steps, indications: came, expected: [] });
    const [set, end] = [xOfMark(layout, 'RSC for IPv4 off'), xOfMark(layout, 'DPC 0 ends')];
    expect(layout.indications.map(({ x }) => [x < set, x < end])).to.deep.equal([
      [true, true],
      [false, true],
    ]);
  });

  it('names settings and waits', () => {
    const { marks } = layOut({
      steps: [{ set: { rsc4: false } }, { wait: 50 }, { set: { negotiate: { with: ['GUEST_TSO4'] } } }],
      indications: undefined,
      expected: [],
    });
    expect(marks.map(({ kind, label }) => [kind, label])).to.deep.equal([
      ['set', 'RSC for IPv4 off'],
      ['wait', '50 µs'],
      ['set', 'virtio device reset, with GUEST_TSO4'],
    ]);
  });

  it('keeps rows apart and inside, whatever came out', () => {
    const step = fc.constantFrom(receive, receive, receive, dpc, { wait: 1 } as FrameStep);
    const anyIndication = fc.record({ dpc: fc.nat(5), arrivals: fc.array(fc.nat(40), { maxLength: 6 }) });
    const indications = fc
      .array(anyIndication, { maxLength: 8 })
      .map((all) => all.sort((a, b) => a.dpc - b.dpc).map((one) => indication(one.dpc, ...one.arrivals)));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), indications, indications, (steps, came, expected) => {
        const layout = layOut({ steps, indications: came, expected });
        for (const row of [layout.arrivals, layout.indications, layout.expected]) {
          expect(isRow(row)).to.equal(true);
          for (const { x, width } of row) expect(x + width).to.be.at.most(layout.width);
        }
        expect(layout.indications).to.have.length(came.length);
        const count = steps.filter((one) => 'rx' in one).length;
        expect(layout.bands).to.have.length(came.flatMap(({ arrivals }) => arrivals.filter((n) => n < count)).length);
      }),
    );
  });
});
