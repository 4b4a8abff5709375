/** The reference over a capture, in the browser: nothing leaves the page. */

import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { parseAddress } from '../../../reference-impl/wire/address.ts';
import { RuleTexts } from '../../rule-texts.ts';
import type { CapturedFrames, Tools } from '../tools.ts';
import { arrivalsOf } from './connections.ts';
import { count, h } from './dom.ts';
import { partsPager } from './parts-pager.ts';
import { picture } from './picture.ts';
import { exampleCapture } from './playground-example.ts';
import { policyForm } from './policy-form.ts';
import { ruleLink } from './rule-link.ts';
import { decisionEvents, type Scene, type SceneIndication, sceneIndications } from './scene.ts';
import { windowOf } from './scene-window.ts';
import { segmentsTable } from './segments-table.ts';
import { table } from './table.ts';

const MOST_FRAMES = 50_000;
const MOST_BYTES = 256 * 1024 * 1024;

interface Grouping {
  readonly kind: 'frames' | 'gap' | 'all';
  readonly value: number;
}

export function playgroundPage(tools: Tools): HTMLElement {
  const rules = new RuleTexts(tools.ruleTexts());
  const output = h('div', { class: 'playground-result', id: 'playground-result' });
  const status = h('p', { role: 'status', class: 'status' });
  let capture: { readonly name: string; readonly frames: CapturedFrames } | undefined;
  let policy: Policy = DEFAULT_POLICY;
  let grouping: Grouping = { kind: 'frames', value: 64 };

  const draw = (): void => {
    if (capture !== undefined) output.replaceChildren(...result(capture.frames, policy, grouping, rules));
  };
  const take = (name: string, frames: CapturedFrames): void => {
    capture = { name, frames };
    const more = frames.isCut ? ` Only the first ${MOST_FRAMES.toLocaleString('en')} frames are read.` : '';
    const defect = frames.defect === undefined ? '' : ` ${frames.defect}.`;
    status.textContent = `${name}: ${count(frames.frames.length, 'frame')}.${more}${defect}`;
    if (frames.frames.length === 0) output.replaceChildren();
    draw();
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > MOST_BYTES) {
      status.textContent = `${file.name} is larger than ${MOST_BYTES / 1024 / 1024} MB: use the command “coalesce” for it.`;
      return;
    }
    status.textContent = `Reading ${file.name} …`;
    take(file.name, await tools.readCapture(await unpacked(file), file.name, MOST_FRAMES));
  };
  const input = h('input', { type: 'file', id: 'capture', accept: '.pcap,.pcapng,.cap,.gz' });
  input.addEventListener('change', () => open(input.files?.[0]));
  const zone = h(
    'div',
    { class: 'drop' },
    h(
      'p',
      {},
      h('strong', {}, 'Drop a capture here'),
      ' or ',
      h('label', { class: 'file', for: 'capture' }, 'choose a file'),
      input,
    ),
    h('p', { class: 'muted' }, 'pcap or pcapng, gzip’d or not. This page reads it and sends it nowhere.'),
    h('button', { type: 'button', onclick: () => take('Example', exampleCapture()) }, 'Try an example'),
  );
  for (const kind of ['dragenter', 'dragover'])
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add('is-over');
    });
  zone.addEventListener('dragleave', () => zone.classList.remove('is-over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('is-over');
    open(event.dataTransfer?.files[0]);
  });
  return h(
    'div',
    { class: 'playground' },
    h('h1', { tabindex: '-1' }, 'Playground'),
    h(
      'p',
      { class: 'lead' },
      'How the rules would coalesce a capture, segment by segment, and why each indication ended.',
    ),
    zone,
    h(
      'details',
      { class: 'policy-box' },
      h('summary', {}, 'Policy: the choices that the rules leave open'),
      policyForm((next) => {
        policy = { ...next, hostAddresses: next.hostAddresses.filter((one) => parseAddress(one) !== undefined) };
        draw();
      }),
    ),
    groupingForm((next) => {
      grouping = next;
      draw();
    }),
    status,
    output,
  );
}

async function unpacked(file: File): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    // Cut off or damaged: the reader's message describes the problem.
    return bytes;
  }
}

function groupingForm(onChange: (grouping: Grouping) => void): HTMLElement {
  const value = h('input', { type: 'number', id: 'dpc-value', min: 1, value: 64 });
  const kind = h(
    'select',
    { id: 'dpc-kind' },
    h('option', { value: 'frames' }, 'after a number of frames'),
    h('option', { value: 'gap' }, 'after a number of microseconds without a frame'),
    h('option', { value: 'all' }, 'only at the end of the capture'),
  );
  const change = (): void => {
    value.disabled = kind.value === 'all';
    onChange({ kind: kind.value as Grouping['kind'], value: Math.max(1, Number(value.value) || 64) });
  };
  kind.addEventListener('change', change);
  value.addEventListener('change', change);
  return h(
    'div',
    { class: 'filters' },
    h('label', { class: 'field' }, h('span', {}, 'A DPC ends'), kind),
    h('label', { class: 'field' }, h('span', {}, 'How many'), value),
  );
}

function stepsOf({ frames }: CapturedFrames, { kind, value }: Grouping): FrameStep[] {
  const steps: FrameStep[] = [];
  let inDpc = 0;
  let last = 0;
  const end = (): void => {
    if (inDpc > 0) steps.push({ dpc: true });
    inDpc = 0;
  };
  for (const { frame, microseconds } of frames) {
    if (kind === 'gap' && inDpc > 0 && microseconds - last >= value) end();
    last = microseconds;
    steps.push({ rx: frame });
    inDpc++;
    if (kind === 'frames' && inDpc >= value) end();
  }
  end();
  return steps;
}

function result(capture: CapturedFrames, policy: Policy, grouping: Grouping, rules: RuleTexts): HTMLElement[] {
  const steps = stepsOf(capture, grouping);
  const reference = referenceRun(steps, policy);
  const indications = sceneIndications(reference, steps);
  const decisions = decisionEvents(reference);
  const arrivals = capture.frames.map(({ frame }) => frame);
  const named = arrivalsOf(arrivals);
  const scene: Scene = { steps, arrivals, named, indications, expected: [], decisions, findings: [] };
  const { pkts, octets, events, aborts } = reference.statistics;
  const part = h('div');
  const pager = partsPager(arrivals.length, 0, (from, to) =>
    part.replaceChildren(...partOf(windowOf(scene, from, to), indications, rules)),
  );
  const notes = capture.notes.map((note) => h('li', {}, note));
  return [
    h('h2', {}, `${count(arrivals.length, 'frame')}, ${count(indications.length, 'indication')}`),
    h(
      'p',
      { class: 'muted' },
      `CoalescedPkts ${pkts}, CoalescedOctets ${octets}, CoalesceEvents ${events}, Aborts ${aborts}.`,
    ),
    ...(notes.length === 0 ? [] : [h('ul', { class: 'notes' }, ...notes)]),
    pager,
    part,
  ];
}

function partOf(part: Scene, all: readonly SceneIndication[], rules: RuleTexts): HTMLElement[] {
  const rows = (part.indications ?? []).flatMap(({ number = 0 }) => {
    const indication = all[number];
    if (indication === undefined) return [];
    const { arrivals, frame, oob, endedBy = '', endedByName } = indication;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, `indication ${number}`),
      h('td', {}, listed(arrivals)),
      h('td', { class: 'number' }, frame.length),
      h('td', { class: 'number' }, String(oob['segCount'])),
      h(
        'td',
        { class: 'wide' },
        ruleLink(endedBy),
        ' ',
        h('span', { class: 'muted' }, rules.summary(endedBy, endedByName)),
      ),
    );
  });
  return [
    picture(part, rules, true),
    h('h3', {}, 'Indications, and why each ended'),
    table('Indications', ['Indication', 'Segments', ['Bytes', 'number'], ['SegCount', 'number'], 'Ended by'], rows),
    h('h3', {}, 'Segments'),
    segmentsTable(part, rules, true),
  ];
}

function listed(arrivals: readonly number[]): string {
  const first = arrivals[0] ?? 0;
  const last = arrivals.at(-1) ?? 0;
  return arrivals.length > 2 && last - first === arrivals.length - 1
    ? `#${first}–#${last}`
    : arrivals.map((n) => `#${n}`).join(' ');
}
