/** A folder with small versions of the files that pages of documentation mention. */

import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PcapWriter } from '../runner/captures/pcap-writer.ts';
import { coalesced, run } from './capture-pair-scene.ts';
import { commandIn } from './command.ts';
import { passThroughProgram } from './pass-through-program.ts';
import { ROOT } from './paths.ts';

/** Ids of the vectors that the commands of pages play there, in `few.txt`. */
export const FEW_VECTORS: readonly string[] = [
  'headers/ttl/last/ipv4',
  'exceptions/ece-cwr/clear-to-ece/second/ipv4',
  'statistics/aborts/cwr-first/ipv4',
];
/** The last byte of each long frame is wrong: there is a failure to explain, to pack and to accept. */
const FAULT = `if (command === 'RX' && line.length > 200) {
  due.push('IND ' + words[0].slice(0, -2) + (words[0].endsWith('00') ? '01' : '00'));
  return true;
}`;
const PROGRAMS = ['my-coalescer', 'my-stack', 'mine', 'old', 'new', 'examples/c-program/coalescer', 'coalescer'];
const SENT = ['a.pcap', 'sender.pcap', 'sent.pcap', 'A.pcap', 'X.sent.pcap'];
const RECEIVED = ['b.pcap', 'host.pcap', 'received.pcap', 'received.pcapng', 'B.pcap'];
const HOST = '192.0.2.7';

/** Fills an empty folder. */
export async function fillPageFolder(folder: string): Promise<void> {
  const write = (name: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode });
  };
  const command = async (...args: readonly string[]): Promise<void> => {
    const { status, stderr } = await commandIn(folder, ...args);
    if (status > 1) throw new Error(`${args.join(' ')}: ${stderr}`);
  };
  write('few.txt', `${FEW_VECTORS.join('\n')}\n`);
  for (const name of PROGRAMS) write(name, `#!/usr/bin/env node\n${passThroughProgram(FAULT)}`, 0o755);
  for (const name of ['examples/captures', 'examples/qemu-baselines', 'examples/qemu-causes.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'docs/field'), { recursive: true });

  const frames = run(8, { dst: HOST });
  for (const name of SENT) await capture(join(folder, name), frames);
  for (const name of RECEIVED) await capture(join(folder, name), coalesced(frames));

  const play = (out: string, ...more: readonly string[]): Promise<void> =>
    command('run', '--target', 'program:./my-coalescer', '--select-names', 'few.txt', '--out', out, ...more);
  await play('rsc-results', '--reporter', 'none');
  await play('zipped', '--reporter', 'none', '--compress');
  cpSync(join(folder, 'zipped/events.jsonl.gz'), join(folder, 'events.jsonl.gz'));
  for (const name of ['events.jsonl', 'before/events.jsonl', 'after/events.jsonl', 'runs/monday/events.jsonl'])
    cpSync(join(folder, 'rsc-results/events.jsonl'), join(folder, name));
  for (const name of ['known.json', 'known-failures.json'])
    await command('baseline', 'update', 'events.jsonl', '--baseline', name);
  await command('package', 'events.jsonl', '--out', 'result.zip');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  write('key.pub.pem', publicKey.export({ type: 'spki', format: 'pem' }));
}

async function capture(path: string, frames: readonly Uint8Array[]): Promise<void> {
  const writer = await PcapWriter.create(path);
  for (const [i, frame] of frames.entries()) writer.write(frame, 1_700_000_000 + i, 0);
  await writer.close();
}
