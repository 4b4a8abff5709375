/**
 * Who vouches for a package: an in-toto statement (test-result 0.1) about its manifest, in a DSSE envelope signed with
 * ed25519. https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md and
 * https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md
 */

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from '../base/errors.ts';
import { fileError } from '../base/file-error.ts';
import { sha256 } from './archive.ts';
import type { RecordedRun } from './recorded-run.ts';
import { Refused } from './refused.ts';

export const ATTESTATION = 'attestation.json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const HINT = 'openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub.pem';

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export function attestation(run: RecordedRun, manifest: Buffer, key: KeyObject): Buffer {
  const payload = statement(run, manifest);
  const envelope: Envelope = {
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyId(createPublicKey(key)), sig: sign(null, encoded(payload), key).toString('base64') }],
  };
  return Buffer.from(`${JSON.stringify(envelope, null, 1)}\n`);
}

/** The id of the key that signed. Throws `Refused` where the statement is not about this, or the signature is not the key's. */
export function checkAttestation(file: Buffer, run: RecordedRun, manifest: Buffer, key: KeyObject | undefined): string {
  const { payload, payloadType, signatures } = envelopeOf(file);
  const [signature] = signatures;
  const expected = statement(run, manifest);
  if (payloadType !== PAYLOAD_TYPE || signature === undefined || signatures.length !== 1)
    throw new Refused('its signature is not one that this suite makes');
  if (payload !== expected.toString('base64')) throw new Refused('what is signed is not this result');
  if (key === undefined) return signature.keyid;
  const isRight = verify(null, encoded(expected), key, Buffer.from(signature.sig, 'base64'));
  if (!isRight || signature.keyid !== keyId(key)) throw new Refused('the signature is not of this key');
  return signature.keyid;
}

/** Throws UsageError. */
export function readPrivateKey(path: string): KeyObject {
  return readKey(path, 'a private', (text) => createPrivateKey(text));
}

/** Throws UsageError. */
export function readPublicKey(path: string): KeyObject {
  return readKey(path, 'a public', (text) => createPublicKey(text));
}

function readKey(path: string, what: string, read: (text: string) => KeyObject): KeyObject {
  let text: string;
  let key: KeyObject;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(path, 'read', error, HINT);
  }
  try {
    key = read(text);
  } catch {
    throw new UsageError(`${path} is not ${what} key in PEM`, HINT);
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new UsageError(`${path} is a key for ${key.asymmetricKeyType}, not for ed25519`, HINT);
  return key;
}

/** SHA-256 of the public key in DER. */
export function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** The bytes that are signed: DSSE's pre-authentication encoding of the payload. */
function encoded(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);
}

function statement({ session, end, pairs }: RecordedRun, manifest: Buffer): Buffer {
  const programs = session.environment?.programs ?? [];
  const named = (...verdicts: readonly string[]): string[] =>
    pairs.filter(({ verdict }) => verdicts.includes(verdict.verdict)).map(({ vector }) => vector.vector);
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'manifest.json', digest: { sha256: sha256(manifest) } },
        ...programs.map(({ name, sha256: digest }) => ({ name, digest: { sha256: digest } })),
      ],
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: end.exit !== 0 ? 'FAILED' : named('warn').length > 0 ? 'WARNED' : 'PASSED',
        configuration: [{ name: 'vectors', digest: { sha256: session.digest } }],
        passedTests: named('pass', 'pass-less'),
        warnedTests: named('warn'),
        failedTests: named('fail', 'error'),
      },
    }),
  );
}

function envelopeOf(file: Buffer): Envelope {
  try {
    const { payload, payloadType, signatures } = JSON.parse(file.toString()) as Envelope;
    const isSound =
      typeof payload === 'string' &&
      Array.isArray(signatures) &&
      signatures.every(({ keyid, sig }) => typeof keyid === 'string' && typeof sig === 'string');
    if (isSound) return { payload, payloadType, signatures };
  } catch {
    // Said below.
  }
  throw new Refused('its signature is no DSSE envelope');
}
