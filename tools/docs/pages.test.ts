import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(PACKAGE_ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Without blocks of code, whose `#` and brackets are none of Markdown's. */
function prose(page: string): string {
  return readFileSync(join(PACKAGE_ROOT, page), 'utf8').replaceAll(/^```.*?^```/gms, '');
}

/** The anchors that GitHub gives to headings. */
function anchors(page: string): ReadonlySet<string> {
  return new Set(
    [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/** Where a link leads, with its anchor. Empty: on the same page. */
function linksOf(page: string): { target: string; anchor: string | undefined }[] {
  return [...prose(page).matchAll(/\]\(([^)\s#]*)(?:#([^)\s]+))?\)/g)]
    .filter(([, target = '']) => !/^(https?|mailto):/.test(target))
    .map(([, target = '', anchor]) => ({ target: target === '' ? page : join(dirname(page), target), anchor }));
}

describe('pages of documentation', () => {
  it('link to files and headings that exist', () => {
    const known = new Map(PAGES.map((page) => [page, anchors(page)]));
    const broken = PAGES.flatMap((page) =>
      linksOf(page)
        .filter(
          ({ target, anchor }) =>
            !existsSync(join(PACKAGE_ROOT, target)) ||
            (anchor !== undefined && known.get(target)?.has(anchor) === false),
        )
        .map(({ target, anchor }) => `${page}: ${target}#${anchor ?? ''}`),
    );
    expect(broken).to.deep.equal([]);
    expect(known.get('docs/rules/headers.md')?.has('h5')).to.equal(true);
  });

  it('are all in the index, or in the index of their folder', () => {
    const reached = new Set(
      ['docs/README.md', 'docs/decisions/README.md', 'docs/rules/README.md', 'docs/field/README.md', 'README.md']
        .flatMap(linksOf)
        .map(({ target }) => target),
    );
    expect(PAGES.filter((page) => page !== 'README.md' && !reached.has(page))).to.deep.equal([]);
  });
});
