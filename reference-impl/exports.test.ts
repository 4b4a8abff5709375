import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const BUILT = dirname(fileURLToPath(import.meta.url));

/** Exported name to the declarations around it. */
function exported(): Map<string, string> {
  const index = readFileSync(join(BUILT, 'index.d.ts'), 'utf8');
  const names = new Map<string, string>();
  for (const [, list = '', from = ''] of index.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/(.*?)\.ts'/g)) {
    const text = readFileSync(join(BUILT, `${from}.d.ts`), 'utf8');
    for (const name of list.split(',')) names.set(name.trim().replace(/^type /, ''), text);
  }
  return names;
}

describe('rsc-conformance/reference-impl', () => {
  const names = exported();

  it('says of everything that it exports what it is', () => {
    expect(names.size).to.be.greaterThan(60);
    const mute = [...names].filter(
      ([name, text]) =>
        !new RegExp(
          `\\*/\\s*export declare (class|const|function|type) ${name}\\b|\\*/\\s*export (interface|type|declare class) ${name}\\b`,
        ).test(text),
    );
    expect(mute.map(([name]) => name)).to.deep.equal([]);
  });

  it('exports every type that a rule is given or gives', () => {
    const rules = readFileSync(join(BUILT, 'rules', 'rule.d.ts'), 'utf8');
    const declared = [...rules.matchAll(/^export (?:declare )?(?:interface|type) (\w+)/gm)].map(
      ([, name = '']) => name,
    );
    const imported = [...rules.matchAll(/^import type \{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').map((name) => name.trim()),
    );
    expect([...declared, ...imported].filter((name) => !names.has(name))).to.deep.equal([]);
  });
});
