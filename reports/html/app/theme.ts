/** Light, dark, or the system's scheme. */

import { h } from './dom.ts';

const KEY = 'rsc-conformance-theme';
const THEMES = ['auto', 'light', 'dark'] as const;

export function themeSwitch(): HTMLElement {
  let at = Math.max(0, THEMES.indexOf(remembered() as (typeof THEMES)[number]));
  const button = h('button', { type: 'button', class: 'quiet', id: 'theme' });
  const show = (): void => {
    const theme = THEMES[at] ?? 'auto';
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
    else document.documentElement.setAttribute('data-theme', theme);
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener('click', () => {
    at = (at + 1) % THEMES.length;
    show();
    remember(THEMES[at] ?? 'auto');
  });
  show();
  return button;
}

/** A page from disk may have no storage. */
function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then the choice is not kept.
  }
}
