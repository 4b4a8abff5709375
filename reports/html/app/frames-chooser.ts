import { h } from './dom.ts';
import { readFrames } from './frames-file.ts';
import type { Run } from './run-data.ts';

/** Takes the place of a vector's frames if the page leaves them out: asks for the file that has them. */
export function framesChooser(run: Run): HTMLElement {
  const { framesFile = 'the file of events' } = run;
  const status = h('p', { role: 'status', class: 'status' });
  const input = h('input', { type: 'file', id: 'frames-file', accept: '.gz,.jsonl' });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file === undefined) return;
    status.textContent = `Reading ${file.name} …`;
    readFrames(file, run).then(
      // Draws the page again, with the frames.
      () => dispatchEvent(new HashChangeEvent('hashchange')),
      (error: unknown) => {
        status.textContent = `${error instanceof Error ? error.message : String(error)}.`;
      },
    );
  });
  return h(
    'section',
    { class: 'drop' },
    h(
      'p',
      {},
      `This page leaves out the frames of this vector. They are in ${framesFile}, next to this page: `,
      h('label', { class: 'file', for: 'frames-file' }, `choose ${framesFile}`),
      input,
    ),
    h(
      'p',
      { class: 'muted' },
      'This page reads the file itself and sends it nowhere. Then all vectors have their frames.',
    ),
    status,
  );
}
