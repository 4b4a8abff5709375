import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pcapBytes, plain, testFolder } from '../../testing/capture-fixtures.ts';
import { CaptureSeries } from './capture-series.ts';

const MICROSECONDS = 0xa1b2_c3d4;

describe('several captures as one', () => {
  const folder = testFolder();

  /** Packets of one byte each: a mark, and its time. */
  function file(name: string, packets: readonly (readonly [number, number])[]): string {
    const path = join(folder, name);
    const list = packets.map(([mark, seconds]) => plain([mark, 0, 0, 0], seconds, 5000));
    writeFileSync(path, pcapBytes(true, MICROSECONDS, 1, list));
    return path;
  }

  async function read(
    files: readonly string[],
  ): Promise<{ marks: number[]; places: string[]; points: number[]; defects: unknown[] }> {
    const series = await CaptureSeries.open(files);
    const defects: unknown[] = [];
    const marks: number[] = [];
    const places: string[] = [];
    const points: number[] = [];
    for await (const { packets, file: index, first, point } of series.batches((error) => defects.push(error))) {
      packets.forEach(({ frame }, i) => {
        marks.push(frame[0] as number);
        places.push(`${index}:${first + i}`);
        points.push(point);
      });
    }
    return { marks, places, points, defects };
  }

  it('puts rotated files in order of time, however they are named', async () => {
    const files = [
      file('c.pcap', [
        [5, 30],
        [6, 31],
      ]),
      file('a.pcap', [
        [1, 10],
        [2, 11],
      ]),
      file('b.pcap', [
        [3, 20],
        [4, 19],
      ]),
    ];
    const { marks, places, points } = await read(files);
    expect(marks).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(places).to.deep.equal(['1:1', '1:2', '2:1', '2:2', '0:1', '0:2']);
    expect(new Set(points).size).to.equal(1);
  });

  it('merges files of the same time, and knows them for points of their own', async () => {
    const { marks, points } = await read([
      file('x.pcap', [
        [1, 10],
        [3, 12],
        [5, 14],
      ]),
      file('y.pcap', [
        [2, 11],
        [4, 13],
      ]),
    ]);
    expect(marks).to.deep.equal([1, 2, 3, 4, 5]);
    expect(points).to.deep.equal([0, 1, 0, 1, 0]);
  });

  it('keeps a file’s own order, whatever its times say, and of equal times the order given', async () => {
    expect(
      (
        await read([
          file('x.pcap', [
            [1, 10],
            [2, 9],
          ]),
          file('y.pcap', [[3, 10]]),
        ])
      ).marks,
    ).to.deep.equal([1, 2, 3]);
    expect((await read([file('x.pcap', [[1, 10]]), file('y.pcap', [[2, 10]])])).marks).to.deep.equal([1, 2]);
  });

  it('goes on with the other files after one that is cut off, and reports it once', async () => {
    const cut = file('cut.pcap', [
      [1, 10],
      [2, 11],
    ]);
    truncateSync(cut, 24 + 20 + 10);
    const { marks, defects } = await read([cut, file('whole.pcap', [[3, 12]]), file('empty.pcap', [])]);
    expect(marks).to.deep.equal([1, 3]);
    expect(defects.map(String)).to.have.length(1);
    expect(String(defects[0])).to.match(/cut\.pcap/);
  });

  it('keeps few files open, however many there are', async () => {
    const files = Array.from({ length: 60 }, (_, i) => file(`many-${i}.pcap`, [[i, 1000 - i]]));
    const series = await CaptureSeries.open(files);
    const marks: number[] = [];
    const open: number[] = [];
    const openNow = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
    const before = openNow();
    for await (const { packets } of series.batches(() => {})) {
      marks.push(packets[0]?.frame[0] as number);
      open.push(openNow());
    }
    expect(marks).to.deep.equal(Array.from({ length: 60 }, (_, i) => 59 - i));
    expect(Math.max(...open)).to.be.at.most(before + 4);
  });
});
