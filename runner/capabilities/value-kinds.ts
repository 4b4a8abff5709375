/** The kind of a capability's value: how it is shown, read from text and from JSON, and described in JSON Schema. */

import { parseAddress } from '../../reference-impl/wire/address.ts';

export interface ValueKind<T> {
  /** The allowed values, as text. */
  readonly shown: string;
  readonly schema: object;
  /** Reads the form in HELLO. Undefined: not such a value. */
  readonly read: (text: string) => T | undefined;
  /** Reads the form in a capability file: a switch may be true or false, a list an array. */
  readonly readJson: (json: unknown) => T | undefined;
}

function kindOf<T>(shown: string, schema: object, read: (text: string) => T | undefined): ValueKind<T> {
  const readJson = (json: unknown): T | undefined => {
    if (typeof json === 'boolean') return read(json ? 'on' : 'off');
    return typeof json === 'string' || typeof json === 'number' ? read(String(json)) : undefined;
  };
  return { shown, schema, read, readJson };
}

/** Of several kinds of switch, `on` and `off` may be true and false in JSON. */
function wordsSchema(words: readonly string[]): object {
  const switches = [...(words.includes('on') ? [true] : []), ...(words.includes('off') ? [false] : [])];
  return { enum: [...words, ...switches] };
}

export const onOff: ValueKind<boolean> = kindOf('on/off', wordsSchema(['on', 'off']), (text) =>
  text === 'on' ? true : text === 'off' ? false : undefined,
);

export function words<const W extends string>(...known: readonly W[]): ValueKind<W> {
  return kindOf(known.join('/'), wordsSchema(known), (text) => known.find((word) => word === text));
}

/** A whole number from 1 on. */
export const positive: ValueKind<number> = kindOf(
  'N',
  { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9]{0,14}$' },
  (text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined),
);

/** Some of the known words, between commas. */
export function listOf<const I extends string>(items: readonly I[]): ValueKind<readonly I[]> {
  return wordOrList<never, I>([], items);
}

/** A list of items, or one of the `wholes`, which stand alone. */
export function wordOrList<const W extends string, const I extends string>(
  wholes: readonly W[],
  items: readonly I[],
): ValueKind<W | readonly I[]> {
  const any = `(${items.join('|')})`;
  const pattern = `^(${[...wholes, `${any}(,${any})*`].join('|')})$`;
  const readList = (parts: readonly unknown[]): readonly I[] | undefined =>
    parts.length > 0 && parts.every((part): part is I => items.some((item) => item === part)) ? parts : undefined;
  const kind = kindOf<W | readonly I[]>(
    [...wholes, items.join(',')].join('/'),
    {
      type: [...(wholes.length === 0 ? [] : ['boolean']), 'string', 'array'],
      pattern,
      minItems: 1,
      items: { enum: items },
    },
    (text) => wholes.find((whole) => whole === text) ?? readList(text.split(',')),
  );
  return { ...kind, readJson: (json) => (Array.isArray(json) ? readList(json) : kind.readJson(json)) };
}

const isAddress = (text: unknown): text is string => typeof text === 'string' && parseAddress(text) !== undefined;

function readAddresses(parts: readonly unknown[]): readonly string[] | undefined {
  return parts.length > 0 && parts.every(isAddress) ? parts : undefined;
}

const addressText: ValueKind<readonly string[]> = kindOf(
  'ADDRESS,..',
  { type: ['string', 'array'], minLength: 1, minItems: 1, items: { type: 'string' } },
  (text) => readAddresses(text.split(',')),
);

/** IP addresses, between commas. */
export const addresses: ValueKind<readonly string[]> = {
  ...addressText,
  readJson: (json) => (Array.isArray(json) ? readAddresses(json) : addressText.readJson(json)),
};

/** The problem with a value, if any. */
export function wrongValue(key: string, value: unknown, shown: string): string {
  return `capability ${key} cannot be ${JSON.stringify(value)}; ${shown}`;
}
