import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { PACKAGE_ROOT } from '../runner/base/version.ts';

const ROOMS = ['reference-impl', 'vectors', 'runner', 'reports', 'testing'];
const HOME = 'reference-impl/wire/fields.ts';
/** `tcpOffset + 13`. What lies before a header, or after a whole one, has no field's name. */
const LITERAL = /\b(?:tcpOffset|ipOffset|udpOffset)\)? \+ \d/;

describe('header offsets', () => {
  it(`stand in ${HOME} alone`, () => {
    const found: string[] = [];
    for (const room of ROOMS)
      for (const name of readdirSync(join(PACKAGE_ROOT, room), { recursive: true, encoding: 'utf8' })) {
        const path = `${room}/${name}`;
        if (!name.endsWith('.ts') || path === HOME) continue;
        const lines = readFileSync(join(PACKAGE_ROOT, path), 'utf8').split('\n');
        lines.forEach((line, i) => void (LITERAL.test(line) && found.push(`${path}:${i + 1}: ${line.trim()}`)));
      }
    expect(found).to.deep.equal([]);
  });
});
