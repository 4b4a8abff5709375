import { h } from './dom.ts';

/** A command, and a button that copies it. */
export function copyLine(text: string): HTMLElement {
  const button = h('button', { type: 'button', class: 'quiet' }, 'Copy');
  const code = h('code', { tabindex: '0' }, text);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      // A page from disk may not write to the clipboard: the text is selected instead.
      getSelection()?.selectAllChildren(code);
      button.textContent = 'Selected';
    }
  });
  return h('div', { class: 'command' }, code, button);
}
