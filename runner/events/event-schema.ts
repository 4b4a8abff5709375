/** The members that reports need of an event: `reports/schema/events.schema.json`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { ajv } from '../base/ajv.ts';
import { PACKAGE_ROOT } from '../base/version.ts';

const KINDS: readonly string[] = ['session', 'vector', 'verdict', 'end'];

export class EventSchema {
  readonly #validators: ReadonlyMap<string, ValidateFunction>;

  constructor() {
    const text = readFileSync(join(PACKAGE_ROOT, 'reports', 'schema', 'events.schema.json'), 'utf8');
    const schemas = ajv({ strict: true, strictRequired: false, strictTypes: false });
    schemas.addSchema(JSON.parse(text) as object, 'events');
    this.#validators = new Map(
      KINDS.map((kind) => [kind, schemas.getSchema(`events#/$defs/${kind}`) as ValidateFunction]),
    );
  }

  /** The problem with a parsed line; undefined: it is an event. */
  defect(event: unknown): string | undefined {
    const type = (event as { type?: unknown } | null)?.type;
    const validate = typeof type === 'string' ? this.#validators.get(type) : undefined;
    if (validate === undefined) return 'is not an event';
    if (validate(event)) return undefined;
    const [error] = validate.errors ?? [];
    const place = (error?.instancePath ?? '').replaceAll('/', '.').replace(/^\./, '');
    return `is no ${type} event: ${place === '' ? 'it' : place} ${error?.message ?? 'is wrong'}`;
  }
}
