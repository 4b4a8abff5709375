/**
 * The wire process: opens the capture, plays bursts. It is a separate process because libpcap and FFI can crash a process,
 * because a namespace belongs to a process, and because a burst must not wait for the runner's other work.
 */

import { UsageError } from '../../base/errors.ts';
import { CommandInjector } from './command-injector.ts';
import type { Opened, OpenRequest, Played, PlayRequest, WireAnswer, WireRequest } from './messages.ts';
import { loadBackEnd } from './open-wire.ts';
import { type Bursts, LocalBursts, pacedBurst } from './paced.ts';
import { switchUdpGro, type UdpGro } from './udp-gro.ts';
import { buildVethBench, OBSERVE_END } from './veth-bench.ts';
import { Window } from './window.ts';
import type { Observer } from './wire.ts';
import { NotShownError, WireError } from './wire.ts';

let observer: Observer | undefined;
let window: Window | undefined;
let bursts: Bursts | undefined;
/** How the bench merges plain UDP, and whether it does now. */
let udp: UdpGro | undefined;
let uroOn = false;
/** A datagram of one byte, over IPv4 between addresses that no vector uses; two of them are a unit. */
const DATAGRAM = Buffer.from(
  '02000000000202000000000108004500001d00004000401124d60afffffe0afffffd000900090009e9cf00',
  'hex',
);

function turnUro(on: boolean): void {
  if (udp === undefined || on === uroOn) return;
  if (!switchUdpGro(OBSERVE_END, udp, on)) throw new WireError(`GRO of UDP cannot be switched ${on ? 'on' : 'off'}`);
  uroOn = on;
}

async function open({ observe, inject, capture, promiscuous, windowUs }: OpenRequest): Promise<Opened> {
  const backEnd = loadBackEnd(capture);
  observer = backEnd.openObserver(observe, { promiscuous });
  if ('command' in inject) {
    bursts = await CommandInjector.start(inject.command);
  } else {
    const injector = backEnd.openInjector(inject.interface);
    bursts = new LocalBursts(injector);
    if (windowUs !== undefined) window = new Window(injector, observer, windowUs);
  }
  const showsUro = window !== undefined && udp !== undefined && (await showsUnit(window));
  observer.drops();
  return { capture: backEnd.name, showsUro };
}

async function showsUnit(bench: Window): Promise<boolean> {
  turnUro(true);
  try {
    await bench.burst([DATAGRAM, DATAGRAM]);
    return true;
  } catch (error) {
    // If no burst fits the window, that is no answer: the vectors will report it.
    return !(error instanceof NotShownError);
  } finally {
    turnUro(false);
  }
}

async function play(request: PlayRequest): Promise<Played> {
  if (observer === undefined || bursts === undefined) throw new Error('play comes after open');
  const captured: Played['captured'][number][] = [];
  let voids = 0;
  for (const [place, frames] of request.bursts.entries()) {
    turnUro(request.uro?.[place] ?? false);
    if (window === undefined) captured.push(await pacedBurst(bursts, observer, frames, request));
    else {
      const result = await window.burst(frames);
      captured.push(result.captured);
      voids += result.voids;
    }
  }
  return { captured, drops: observer.drops(), voids };
}

async function answer(request: WireRequest): Promise<unknown> {
  if (request.do === 'bench') {
    const benched = buildVethBench(request.windowUs, request.udp);
    if (benched.canUro) udp = request.udp;
    return benched;
  }
  return request.do === 'open' ? open(request) : play(request);
}

function failureOf(error: unknown): { readonly kind: 'usage' | 'wire' | 'bug'; message: string; hint: string } {
  if (error instanceof UsageError) return { kind: 'usage', message: error.message, hint: error.hint };
  if (error instanceof WireError) return { kind: 'wire', message: error.message, hint: '' };
  return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error), hint: '' };
}

/** One request at a time: two bursts must not mix. */
let before: Promise<void> = Promise.resolve();

process.on('message', (message: { readonly number: number; readonly request: WireRequest }) => {
  const { number, request } = message;
  const reply = (text: WireAnswer): void => {
    process.send?.(text);
  };
  before = before
    .then(() => answer(request))
    .then(
      (value) => reply({ number, value }),
      (error: unknown) => reply({ number, failure: failureOf(error) }),
    );
});
// The runner ends this process; a Ctrl-C that the terminal sends to both must not come first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
