import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { TUNNEL_KINDS } from '../reference-impl/wire/tunnel.ts';
import { UsageError } from '../runner/base/errors.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE } from '../runner/capabilities/capabilities.ts';
import { capabilitiesSchema } from '../runner/capabilities/capabilities-schema.ts';
import { readCapabilityFile } from '../runner/capabilities/capability-file.ts';
import { CONFIG_OPTIONS } from '../runner/cli/config/settings.ts';
import { runCommand } from '../runner/cli/run.ts';
import { OOB_KEYS } from '../runner/rsc-line/oob-keys.ts';
import { schemaFiles, schemaPath } from './schema-files.ts';

const ajv = (): Ajv2020 => new Ajv2020({ strict: true, allowUnionTypes: true });

describe('schemas', () => {
  for (const [name, schema] of Object.entries(schemaFiles())) {
    it(`${name} is what the table in the code makes: else run npm run schemas`, () => {
      expect(JSON.parse(readFileSync(schemaPath(name), 'utf8'))).to.deep.equal(JSON.parse(JSON.stringify(schema)));
    });
  }

  it('are sound, every one', () => {
    for (const name of readdirSync(schemaPath('.')))
      expect(() => ajv().compile(JSON.parse(readFileSync(schemaPath(name), 'utf8')) as object)).not.to.throw();
  });

  it('have every option of run', () => {
    const { properties } = schemaFiles()['rsc-conformance.schema.json'] as { properties: object };
    const options = Object.keys(runCommand.options).filter((name) => !Object.hasOwn(CONFIG_OPTIONS, name));
    expect(Object.keys(properties)).to.have.members(['$schema', ...options]);
  });

  describe('of a capability file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rsc-capabilities-'));
    const file = join(folder, 'c.json');
    after(() => rmSync(folder, { recursive: true }));

    it('takes what is read, and nothing else', () => {
      const validate = ajv().compile(capabilitiesSchema());
      const reads = (object: object): boolean => {
        writeFileSync(file, JSON.stringify(object));
        try {
          readCapabilityFile(file);
          return true;
        } catch (error) {
          if (error instanceof UsageError) return false;
          throw error;
        }
      };
      const words = CAPABILITY_KEYS.flatMap((key) => CAPABILITY_TABLE[key].kind.shown.split('/'));
      const values = fc.oneof(
        fc.constantFrom<unknown>(...words, true, false, null, 0, 1, 4, -1, 1.5, '7', '0', '', ...OOB_KEYS, 'seg,dup'),
        fc.subarray([...OOB_KEYS]),
        fc.subarray([...TUNNEL_KINDS]),
        fc.uniqueArray(fc.constantFrom('seg', 'x', 'on'), { maxLength: 2 }),
      );
      const keys = fc.constantFrom(...CAPABILITY_KEYS, 'colour', '$schema');
      fc.assert(
        fc.property(keys, values, (key, value) => {
          // What is an address, and what an editor reads about schemas, JSON Schema does not know.
          if (key === 'addresses' || key === '$schema') return;
          expect(validate({ [key]: value }), `${key} ${JSON.stringify(value)}`).to.equal(reads({ [key]: value }));
        }),
        { numRuns: 2000 },
      );
    });
  });
});
