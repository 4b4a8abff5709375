import { page } from '../../reports/html/page.ts';
import { pageAssets } from './assets.ts';

/** The page without a run: the reference coalescer over any capture, in the browser. */
export function playgroundPage(): string {
  return page(pageAssets(), { title: 'Playground: rsc-conformance', summary: [], data: undefined });
}
