import { readFileSync } from 'node:fs';
import type { PageAssets } from '../../reports/html/page.ts';

/** What the build bundled. */
export function pageAssets(): PageAssets {
  const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  return { script: read('app.js').trim(), style: read('app.css') };
}
