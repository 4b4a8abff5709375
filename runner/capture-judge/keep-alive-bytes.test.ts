import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { arrivalsOf, parsed } from '../judge/arrival.ts';
import { differOnlyByKeepAlive } from './keep-alive-bytes.ts';

function packet(seq: number, payload: Uint8Array): Uint8Array {
  return buildFrame({ src: 'fd00::1', dst: 'fd00::2', sport: 5000, dport: 80, seq, payload });
}

const bytes = (seq: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, k) => ((seq + k) * 7) & 0x7f);
const GARBAGE = Uint8Array.of(0xff);

/** The payload with a byte of garbage at this place. */
function withGarbage(payload: Uint8Array, at: number): Uint8Array {
  return payload.with(at, 0xff);
}

function differ(sent: readonly Uint8Array[], unit: Uint8Array): boolean {
  const near = arrivalsOf(
    sent.map((rx) => ({ rx })),
    false,
  );
  return differOnlyByKeepAlive(parsed(sent[0] as Uint8Array), parsed(unit), near);
}

describe('the garbage byte of a keep-alive', () => {
  const whole = packet(1000, bytes(1000, 100));

  it('may be in a unit in the place of the byte that was sent before', () => {
    const unit = packet(1050, withGarbage(bytes(1050, 50), 49));
    expect(differ([whole, packet(1099, GARBAGE)], unit)).to.equal(true);
    expect(differ([whole], unit)).to.equal(false);
    expect(differ([whole, packet(1098, GARBAGE)], unit)).to.equal(false);
  });

  it('may begin a unit although the sent capture lacks it', () => {
    expect(differ([whole], packet(1099, withGarbage(bytes(1099, 50), 0)))).to.equal(true);
    expect(differ([whole], packet(1000, withGarbage(bytes(1000, 150), 0)))).to.equal(false);
  });

  it('need not be in it, if the byte was sent before', () => {
    const alone = packet(1099, GARBAGE);
    expect(differ([alone, whole], whole)).to.equal(true);
    expect(differ([alone], whole)).to.equal(false);
  });
});
