/** The page: header, routes, footer. */

import { RuleTexts } from '../../rule-texts.ts';
import type { Tools } from '../tools.ts';
import type { Context } from './context.ts';
import { h } from './dom.ts';
import { filtered, filtersFrom, NO_FILTERS } from './filters.ts';
import { installKeys } from './keys.ts';
import { overviewPage } from './overview-page.ts';
import { playgroundPage } from './playground-page.ts';
import { rulePage, rulesPage } from './rules-page.ts';
import { loadRun, type Run } from './run-data.ts';
import { policyFrom } from './scene.ts';
import { themeSwitch } from './theme.ts';
import { encodeId, vectorPage } from './vector-page.ts';
import { vectorsPage } from './vectors-page.ts';

export function start(tools: Tools): void {
  const app = document.getElementById('app');
  if (app === null) return;
  loadRun().then(
    (run) => show(app, run, tools),
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      app.replaceChildren(h('main', {}, h('h1', {}, 'This report cannot be shown'), h('p', {}, reason)));
    },
  );
}

function show(app: HTMLElement, run: Run | undefined, tools: Tools): void {
  const main = h('main', { id: 'main' });
  const links = navigation(run !== undefined);
  const playground = playgroundPage(tools);
  const context: Context | undefined =
    run === undefined
      ? undefined
      : { run, tools, rules: new RuleTexts(run.session.ruleTexts), policy: policyFrom(run.session.policy) };
  let listed: readonly string[] = run === undefined ? [] : filtered(run.cases, NO_FILTERS).map(({ vector }) => vector);
  let list = '#/vectors';
  const route = (isFirst: boolean): void => {
    const page = pageFor(location.hash, playground, context, listed, (ids) => {
      listed = ids;
    });
    if (location.hash.startsWith('#/vectors')) list = location.hash;
    main.replaceChildren(page);
    main.querySelector('#back-to-list')?.setAttribute('href', list);
    const heading = main.querySelector('h1');
    document.title = `${heading?.textContent?.trim() ?? ''} · ${run?.session.target ?? 'rsc-conformance'}`;
    for (const link of links) {
      if (link.hash === sectionOf(location.hash, run !== undefined)) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (isFirst) return;
    heading?.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  const keys = installKeys();
  app.replaceChildren(
    h(
      'a',
      {
        class: 'skip',
        href: '#main',
        onclick: (event) => {
          event.preventDefault();
          main.querySelector('h1')?.focus();
        },
      },
      'Skip to the content',
    ),
    h(
      'header',
      { class: 'top' },
      h('a', { class: 'brand', href: '#/' }, 'rsc-conformance'),
      h('nav', { 'aria-label': 'Report' }, ...links),
      h(
        'div',
        { class: 'top-end' },
        h('button', { type: 'button', class: 'quiet', id: 'show-keys', onclick: () => keys.showModal() }, 'Keys'),
        themeSwitch(),
      ),
    ),
    main,
    h(
      'footer',
      {},
      h(
        'p',
        {},
        run === undefined ? 'rsc-conformance playground.' : `Made by rsc-conformance ${run.session.version}.`,
        ' This file contains everything it shows, and loads nothing from the network.',
      ),
    ),
    keys,
  );
  addEventListener('hashchange', () => route(false));
  // The address keeps the old list reachable while filters change.
  main.addEventListener('click', () => {
    if (location.hash.startsWith('#/vectors')) list = location.hash;
  });
  route(true);
}

function navigation(hasRun: boolean): HTMLAnchorElement[] {
  const link = (href: string, text: string): HTMLAnchorElement => h('a', { href }, text);
  const playground = link('#/playground', 'Playground');
  if (!hasRun) return [playground];
  return [link('#/', 'Overview'), link('#/vectors', 'Vectors'), link('#/rules', 'Rules'), playground];
}

function sectionOf(hash: string, hasRun: boolean): string {
  if (!hasRun) return '#/playground';
  if (hash === '' || hash === '#' || hash === '#/') return '#/';
  return hash.startsWith('#/') ? `#/${hash.slice(2).split(/[/?]/)[0]}` : '#/vectors';
}

/** `#/...` is a page of the report, anything else a vector's id. */
function pageFor(
  hash: string,
  playground: HTMLElement,
  context: Context | undefined,
  listed: readonly string[],
  onList: (ids: readonly string[]) => void,
): HTMLElement {
  if (context === undefined || hash.startsWith('#/playground')) return playground;
  if (hash === '' || hash === '#' || hash === '#/') return overviewPage(context);
  const [path = '', query = ''] = hash.slice(1).split('?');
  if (path === '/vectors') return vectorsPage(filtersFrom(query), context, onList);
  if (path === '/rules') return rulesPage(context);
  if (path.startsWith('/rules/')) return rulePage(decoded(path.slice(7)), context);
  const id = decoded(hash.slice(1));
  const one = context.run.byId.get(id);
  if (one !== undefined) return vectorPage(one, listed, context);
  const near = context.run.cases.filter(({ vector }) => vector.startsWith(`${id.replace(/\/$/, '')}/`)).slice(0, 20);
  return h(
    'div',
    {},
    h('h1', { tabindex: '-1' }, 'Not in this run'),
    h('p', {}, 'There is no vector ', h('code', {}, id), ' in this run.'),
    h('ul', {}, ...near.map(({ vector }) => h('li', {}, h('a', { href: `#${encodeId(vector)}` }, vector)))),
    h('p', {}, h('a', { href: '#/vectors' }, 'All vectors')),
  );
}

/** Never throws, whatever the address is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
