/** A JSON file written by hand: read with line numbers, checked with a schema, and any problem reported in one line. */

import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { ajv } from './ajv.ts';
import { UsageError } from './errors.ts';
import { fileError } from './file-error.ts';
import { suggest } from './suggest.ts';
import { readTextFile } from './text-file.ts';

/** Keys and indices from the root of a document. */
export type JsonPath = readonly (string | number)[];

export interface JsonReading {
  /** What kind of file is meant: "a baseline". */
  readonly kind: string;
  readonly hint: string;
  /** Comments and trailing commas are allowed. */
  readonly takesComments: boolean;
}

export class JsonDocument {
  readonly file: string;
  readonly value: unknown;
  readonly #root: Node;
  readonly #text: string;
  readonly #hint: string;

  /** Throws UsageError if the file cannot be read or is not JSON. */
  static read(file: string, reading: JsonReading): JsonDocument {
    let text: string;
    try {
      text = readTextFile(file);
    } catch (error) {
      throw fileError(file, 'read', error, reading.hint);
    }
    return new JsonDocument(file, text, reading);
  }

  constructor(file: string, text: string, { kind, hint, takesComments }: JsonReading) {
    this.file = file;
    this.#text = text;
    this.#hint = hint;
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { disallowComments: !takesComments, allowTrailingComma: takesComments });
    const [first] = errors;
    if (first !== undefined) {
      const what = words(printParseErrorCode(first.error));
      throw new UsageError(`${this.#where(first.offset)} is not JSON: ${what}`, hint);
    }
    if (root?.type !== 'object') throw new UsageError(`${file} contains no JSON object: ${kind} is expected`, hint);
    this.#root = root;
    this.value = jsonValue(root);
    this.#refuseRepeatedKeys(root);
  }

  /** "file:line" of the value at this path, or of the innermost existing value around it. */
  at(path: JsonPath): string {
    return `${this.file}:${this.line(path)}`;
  }

  /** From 1. The line of a property is that of its key. */
  line(path: JsonPath): number {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(this.#root, path.slice(0, length));
      if (node !== undefined) return this.#lineOf(node.parent?.type === 'property' ? node.parent.offset : node.offset);
    }
    return this.#lineOf(this.#root.offset);
  }

  /** Throws UsageError for the first violation of the schema. `subject`: a name for the keys, "option". */
  check(schema: object, subject: string): void {
    const validate = validatorOf(schema);
    if (validate(this.value)) return;
    const [error] = validate.errors ?? [];
    if (error === undefined) throw new Error('a schema refused without a reason');
    const { path, message, hint } = explain(error, subject, this.#hint);
    throw new UsageError(`${this.at(path)}: ${message}`, hint);
  }

  /** A duplicate key: JSON does not define which one counts. */
  #refuseRepeatedKeys(node: Node): void {
    const seen = new Set<unknown>();
    for (const child of node.children ?? []) {
      if (node.type === 'object') {
        const key = child.children?.[0]?.value as unknown;
        if (seen.has(key)) throw new UsageError(`${this.#where(child.offset)}: ${key} occurs twice`, this.#hint);
        seen.add(key);
      }
      this.#refuseRepeatedKeys(child);
    }
  }

  #where(offset: number): string {
    return `${this.file}:${this.#lineOf(offset)}`;
  }

  #lineOf(offset: number): number {
    let line = 1;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < offset; at = this.#text.indexOf('\n', at + 1)) line++;
    return line;
  }
}

/** As JSON.parse would: `__proto__` is a key like any other. */
function jsonValue({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(jsonValue);
  if (type !== 'object') return value as unknown;
  return Object.fromEntries(children.map(({ children: [key, held] = [] }) => [key?.value, held && jsonValue(held)]));
}

const validators = new WeakMap<object, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const validate = ajv({ strict: true, allowUnionTypes: true, verbose: true }).compile(schema);
  validators.set(schema, validate);
  return validate;
}

interface Complaint {
  readonly path: JsonPath;
  readonly message: string;
  readonly hint: string;
}

function explain(
  { keyword, params, instancePath, message, parentSchema, data }: ErrorObject,
  subject: string,
  hint: string,
): Complaint {
  const path = pathOf(instancePath);
  const name = String(path.findLast((step) => typeof step === 'string') ?? 'the file');
  const details = params as Readonly<Record<string, unknown>>;
  const known = (parentSchema as { properties?: object } | undefined)?.properties ?? {};
  if (keyword === 'additionalProperties') {
    const key = String(details['additionalProperty']);
    const message = path.length === 0 ? `there is no ${subject} ${key}` : `${name} has no ${key}`;
    return { path: [...path, key], message, hint: suggest(key, Object.keys(known), hint) };
  }
  if (keyword === 'required') {
    return { path, message: `${details['missingProperty']} is missing`, hint };
  }
  const { description, enum: words } = (parentSchema ?? {}) as { description?: string; enum?: readonly unknown[] };
  const wanted = words === undefined ? wantedText(keyword, details, message) : words.join(', ');
  const shown = JSON.stringify(data);
  return {
    path,
    message: `${name} cannot be ${shown.length > 60 ? `${shown.slice(0, 60)}...` : shown}: ${wanted}`,
    hint: words === undefined ? (description ?? hint) : suggest(String(data), words.map(String), description ?? hint),
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function wantedText(keyword: string, { type }: Readonly<Record<string, unknown>>, message = keyword): string {
  if (keyword === 'minLength' || keyword === 'minItems') return 'it is empty';
  if (keyword !== 'type') return message;
  return `it must be ${[type]
    .flat()
    .map((name) => TYPE_NAMES[String(name)] ?? String(name))
    .join(' or ')}`;
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** "CommaExpected": "comma expected". */
function words(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
