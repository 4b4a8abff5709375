import { h } from './dom.ts';

/** Maximum number of segments in a picture and its tables. */
export const PART = 128;

/** Buttons to page through a long row of segments; hidden if there is only one part. `show` draws a part. */
export function partsPager(total: number, first: number, show: (from: number, to: number) => void): HTMLElement {
  const status = h('span', { role: 'status' });
  const button = (text: string, by: number): HTMLButtonElement =>
    h('button', { type: 'button', onclick: () => go(from + by) }, text);
  const [earlier, later] = [button('← Earlier', -PART), button('Later →', PART)];
  let from = 0;
  const go = (to: number): void => {
    from = Math.max(0, to);
    const end = Math.min(total, from + PART);
    earlier.disabled = from === 0;
    later.disabled = end >= total;
    status.textContent = `Segments #${from} to #${end - 1} of ${total.toLocaleString('en')}`;
    show(from, end);
  };
  go(Math.floor(first / PART) * PART);
  return h(
    'nav',
    { class: 'pages', 'aria-label': 'Parts of the picture', hidden: total <= PART },
    earlier,
    status,
    later,
  );
}
