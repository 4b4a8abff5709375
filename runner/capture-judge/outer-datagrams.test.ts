import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { captureOf, coalesced, judged, run, verdictOf } from '../../testing/capture-pair-scene.ts';
import { type CommandResult, commandIn } from '../../testing/command.ts';
import { tunnelled } from '../../vectors/tunnel.ts';

describe('datagrams that carry a tunnel, between two captures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-outer-'));
  after(() => rmSync(folder, { recursive: true }));

  const judge = async (sent: readonly Uint8Array[], received: readonly Uint8Array[]): Promise<CommandResult> => {
    const at = (frames: readonly Uint8Array[]) => frames.map((frame, i) => ({ frame, microseconds: 10 * i }));
    const files = [await captureOf('outer-a.pcap', at(sent)), await captureOf('outer-b.pcap', at(received))] as const;
    return commandIn(folder, 'judge', '--mtu', '9000', '--sent', files[0], '--received', files[1]);
  };

  for (const kind of ['vxlan', 'geneve'] as const) {
    const sent = run(12).map((frame, i) => tunnelled(frame, { kind }, i + 1));
    const uro = (): Coalescer => {
      const coalescer = new Coalescer();
      coalescer.setRsc({ uro: true });
      return coalescer;
    };
    const received = coalesced(sent, 4, uro());

    it(`may be merged by URO, which knows no tunnel: ${kind}`, async () => {
      expect(received).to.have.length(3);
      const { status, stdout } = await judge(sent, received);
      expect(stdout).to.include('12 datagrams in 3 frames').and.include('captures: 1 connection: 1 pass.');
      expect(status).to.equal(0);
      const lacking = await judge([...sent.slice(0, 5), ...sent.slice(6)], received);
      expect(lacking.status, lacking.stdout).to.equal(0);
    });

    it(`are judged as such then: ${kind}`, async () => {
      const altered = received.map((frame) => frame.slice());
      const [first] = altered as [Uint8Array];
      first[2000] = (first[2000] as number) ^ 1;
      const { status, stdout } = await judge(sent, altered);
      expect(stdout).to.include('U5');
      expect(status).to.equal(1);
    });

    it(`are not judged where the captures cannot be read again: ${kind}`, async () => {
      expect((await judged(sent, received)).map(verdictOf)).to.deep.equal(['unsupported']);
    });
  }
});
